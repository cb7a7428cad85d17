import sodium from "sodium-native";

export interface X25519KeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

/** A Diffie-Hellman key (RFC 7748) of Noise. Never stored. */
export function x25519KeyPair(random: (length: number) => Uint8Array): X25519KeyPair {
  const secretKey = Buffer.from(random(32));
  const publicKey = Buffer.alloc(32);
  sodium.crypto_scalarmult_base(publicKey, secretKey);
  return { publicKey, secretKey };
}

export function systemRandom(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  sodium.randombytes_buf(bytes);
  return bytes;
}
