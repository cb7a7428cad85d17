import type { Hasher } from "@jarvis-crdt/batch";
import sodium from "sodium-native";

const hashBytes = 32;
const slabBytes = 8192;
const scratchBytes = 4096;

/**
 * BLAKE2b-256 (RFC 7693, unkeyed) over libsodium. About 0.4 µs for one short part, 0.6 µs for three: short inputs are
 * joined in a scratch buffer, because the native call costs more per part than the copy; from 4 KiB they are not copied.
 * Results are views of 8 KiB slabs: 32-byte arrays of their own cost more to allocate than to hash.
 */
export const hasher: Hasher = { hash };

let slab = new ArrayBuffer(slabBytes);
let used = 0;
const scratch = new Uint8Array(scratchBytes);
const prefixes: Uint8Array[] = [];

function hash(parts: readonly Uint8Array[]): Uint8Array {
  const output = fresh();
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) {
    sodium.crypto_generichash(output, only);
    return output;
  }
  let length = 0;
  for (const part of parts) length += part.length;
  if (length > scratchBytes) {
    sodium.crypto_generichash_batch(output, parts);
    return output;
  }
  let at = 0;
  for (const part of parts) {
    scratch.set(part, at);
    at += part.length;
  }
  prefixes[length] ??= scratch.subarray(0, length);
  sodium.crypto_generichash(output, prefixes[length]!);
  return output;
}

function fresh(): Uint8Array {
  if (used === slabBytes) {
    slab = new ArrayBuffer(slabBytes);
    used = 0;
  }
  const output = new Uint8Array(slab, used, hashBytes);
  used += hashBytes;
  return output;
}
