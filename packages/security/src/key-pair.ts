import { createPrivateKey } from "node:crypto";
import sodium from "sodium-native";
import { SecurityError } from "./error.ts";
import { encodePem } from "./pem.ts";

/** Ed25519 in libsodium's form. */
export interface KeyPair {
  readonly publicKey: Uint8Array;
  /** Seed and public key, 64 bytes. */
  readonly secretKey: Uint8Array;
}

export const seedBytes = 32;

/** PKCS#8 of an Ed25519 key (RFC 8410 §7) is this, then the seed. */
const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");

export function keyPairFromSeed(seed: Uint8Array): KeyPair {
  const publicKey = new Uint8Array(32);
  const secretKey = new Uint8Array(64);
  sodium.crypto_sign_seed_keypair(publicKey, secretKey, seed);
  return { publicKey, secretKey };
}

export function signWith(keys: KeyPair, message: Uint8Array): Uint8Array {
  const signature = new Uint8Array(64);
  sodium.crypto_sign_detached(signature, message, keys.secretKey);
  return signature;
}

/** PKCS#8 DER of a key. */
export function encodePrivateKey(keys: KeyPair): Uint8Array {
  return Uint8Array.from(Buffer.concat([pkcs8Prefix, keys.secretKey.subarray(0, seedBytes)]));
}

export function encodePrivateKeyPem(keys: KeyPair): string {
  return encodePem(encodePrivateKey(keys), "PRIVATE KEY");
}

/** Reads an unencrypted PKCS#8 PEM as we and openssl write it. Throws `key-invalid`; the text never enters a message. */
export function decodePrivateKeyPem(pem: string, path: string): KeyPair {
  try {
    const key = createPrivateKey(pem);
    const { d } = key.export({ format: "jwk" });
    if (key.asymmetricKeyType === "ed25519" && d !== undefined)
      return keyPairFromSeed(Buffer.from(d, "base64url"));
  } catch {
    // The reason may quote the key, so it is not passed on.
  }
  throw new SecurityError("key-invalid", `${path} is no unencrypted Ed25519 key in PKCS#8 PEM.`);
}
