import { createRequire } from "node:module";

/** The part of sodium-native that tests use; the library has no types of its own. */
export interface Sodium {
  crypto_generichash(output: Uint8Array, input: Uint8Array): void;
  crypto_generichash_batch(output: Uint8Array, inputs: readonly Uint8Array[]): void;
  crypto_sign_seed_keypair(publicKey: Uint8Array, secretKey: Uint8Array, seed: Uint8Array): void;
  crypto_sign_detached(signature: Uint8Array, message: Uint8Array, secretKey: Uint8Array): void;
  crypto_sign_verify_detached(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
}

const require = createRequire(import.meta.url);

export const sodium = require("sodium-native") as Sodium;
