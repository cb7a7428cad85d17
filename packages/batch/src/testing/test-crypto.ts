import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Compressor, Hasher, Signer, Verifier } from "@jarvis-crdt/batch";
import { sodium } from "./sodium.ts";

/** Real cryptography with a key anybody can derive: for tests and examples only. */
export interface TestCrypto {
  readonly hasher: Hasher;
  readonly signer: Signer;
  readonly verifier: Verifier;
  readonly compressor: Compressor;
  /** Ed25519 public key of `signer`, 32 bytes. */
  readonly publicKey: Uint8Array;
}

/**
 * An identity made from `seed`: equal seeds give equal keys. Its certificate is taken to be its public key, so
 * `signer.key` is the first 16 bytes of BLAKE2b-256 of that.
 */
export function testCrypto(seed = 1): TestCrypto {
  const publicKey = new Uint8Array(32);
  const secretKey = new Uint8Array(64);
  const seedBytes = new Uint8Array(32);
  new DataView(seedBytes.buffer).setUint32(28, seed);
  sodium.crypto_sign_seed_keypair(publicKey, secretKey, seedBytes);
  const signer: Signer = {
    key: hasher.hash([publicKey]).slice(0, 16),
    sign(message) {
      const signature = new Uint8Array(64);
      sodium.crypto_sign_detached(signature, message, secretKey);
      return signature;
    },
  };
  return { hasher, signer, verifier, compressor, publicKey };
}

const hasher: Hasher = {
  hash(parts) {
    const output = new Uint8Array(32);
    if (parts.length === 1) sodium.crypto_generichash(output, parts[0]!);
    else sodium.crypto_generichash_batch(output, parts);
    return output;
  },
};

const verifier: Verifier = {
  verify: (signature, message, publicKey) =>
    sodium.crypto_sign_verify_detached(signature, message, publicKey),
};

const compressor: Compressor = {
  deflate: (bytes) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 3 } }),
  inflate(bytes, length) {
    const output = zstdDecompressSync(bytes, {
      maxOutputLength: length,
      chunkSize: Math.max(64, length),
      params: { [constants.ZSTD_d_windowLogMax]: 23 },
    });
    if (output.length !== length) throw new Error(`unpacked ${output.length} bytes, declared ${length}`);
    return output;
  },
};
