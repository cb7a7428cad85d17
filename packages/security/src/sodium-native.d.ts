/** The part of sodium-native that this package uses. Output buffers come first, as in libsodium. */
declare module "sodium-native" {
  interface Sodium {
    crypto_generichash(output: Uint8Array, input: Uint8Array): void;
    crypto_generichash_batch(output: Uint8Array, parts: readonly Uint8Array[]): void;
    crypto_sign_seed_keypair(publicKey: Uint8Array, secretKey: Uint8Array, seed: Uint8Array): void;
    crypto_sign_detached(signature: Uint8Array, message: Uint8Array, secretKey: Uint8Array): void;
    crypto_sign_verify_detached(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
    crypto_scalarmult_base(publicKey: Uint8Array, secretKey: Uint8Array): void;
    crypto_aead_chacha20poly1305_ietf_encrypt(
      ciphertext: Uint8Array,
      message: Uint8Array,
      additionalData: Uint8Array | null,
      secretNonce: null,
      nonce: Uint8Array,
      key: Uint8Array,
    ): number;
    /** Throws if the tag does not fit. */
    crypto_aead_chacha20poly1305_ietf_decrypt(
      message: Uint8Array,
      secretNonce: null,
      ciphertext: Uint8Array,
      additionalData: Uint8Array | null,
      nonce: Uint8Array,
      key: Uint8Array,
    ): number;
    randombytes_buf(output: Uint8Array): void;
    sodium_memzero(buffer: Uint8Array): void;
  }
  const sodium: Sodium;
  export default sodium;
}
