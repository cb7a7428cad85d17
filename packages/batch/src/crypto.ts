/** The effects that this package needs, given by the caller. All are synchronous and total on bytes. */
export interface Hasher {
  /** BLAKE2b-256 of the concatenation of `parts`. Returns 32 fresh bytes. */
  hash(parts: readonly Uint8Array[]): Uint8Array;
}

/** Signs batches with the key of one certificate. */
export interface Signer {
  /** Identifies the signer's certificate in headers: the first 16 bytes of the hash of its DER. */
  readonly key: Uint8Array;
  /** Ed25519 signature, 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
}

/** Ed25519, given by the caller. */
export interface Verifier {
  /** Whether `signature` over `message` is by the Ed25519 `publicKey` (32 bytes). */
  verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
}

/** zstd, given by the caller; `inflate` is fed by peers. */
export interface Compressor {
  deflate(bytes: Uint8Array): Uint8Array;
  /** Exactly `length` bytes, or throws; never allocates more. */
  inflate(bytes: Uint8Array, length: number): Uint8Array;
}
