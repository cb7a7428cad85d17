import type { Compressor, Hasher, Signer, Verifier } from "@jarvis-crdt/batch";
import { testCrypto } from "@jarvis-crdt/batch/testing";
import { compressor, hasher, verifier } from "@jarvis-crdt/security";
import { storedFrames } from "./stored-frames.ts";

/** The effects on bytes that one node is given. */
export interface Crypto {
  readonly hasher: Hasher;
  readonly signer: Signer;
  readonly verifier: Verifier;
  readonly compressor: Compressor;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
}

/**
 * `cheap`: signatures are hashes that nobody here computes for another's key, and bodies are zstd frames without
 * compression; ten times faster than `real`, which is what ships. Both hash with BLAKE2b. Keys follow from the seed.
 */
export type CryptoMode = "cheap" | "real";

export function cryptoOf(mode: CryptoMode, seed: number): Crypto {
  if (mode === "cheap") return cheap(seed);
  const { signer, publicKey } = testCrypto(seed);
  return { hasher, verifier, compressor, signer, publicKey };
}

const label = new TextEncoder().encode("simulated signature");

function cheap(seed: number): Crypto {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(0, seed);
  const publicKey = hasher.hash([label, bytes]).slice();
  return {
    hasher,
    publicKey,
    signer: {
      key: hasher.hash([publicKey]).slice(0, 16),
      sign: (message) => signatureOf(publicKey, message),
    },
    verifier: {
      verify: (signature, message, by) => isEqual(signature, signatureOf(by, message)),
    },
    compressor: storedFrames,
  };
}

function signatureOf(publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  const half = hasher.hash([label, publicKey, message]);
  const signature = new Uint8Array(64);
  signature.set(half);
  signature.set(half, 32);
  return signature;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
