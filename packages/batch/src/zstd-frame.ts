import { equalBytes } from "./bytes.ts";
import { BatchError } from "./error.ts";
import { acceptWindowBytes } from "./limits.ts";

const magic = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd);
const maxBlockBytes = 128 * 1024;

/**
 * Checks that `bytes` is exactly one Zstandard frame (RFC 8878 §3.1.1) that may unpack to `rawLength` bytes, without
 * unpacking anything. Decoders pass over trailing bytes, second and skippable frames in silence, and believe the
 * window size of a hostile frame; a walk over the block headers settles all of it. Throws `BatchError` `bad-body`.
 * O(blocks).
 */
export function checkZstdFrame(bytes: Uint8Array, rawLength: number): void {
  if (bytes.length < 6 || !equalBytes(bytes.subarray(0, 4), magic))
    fail("does not start as a Zstandard frame");
  const descriptor = bytes[4]!;
  if ((descriptor & 0b1011) !== 0) fail("needs a dictionary or uses a reserved bit");
  const single = (descriptor & 0b10_0000) !== 0;
  let at = 5;
  if (!single && windowBytes(bytes[at++]!) > acceptWindowBytes) fail("needs a window above 8 MiB");
  const sizeBytes = contentSizeBytes(descriptor >>> 6, single);
  if (at + sizeBytes > bytes.length) fail("is cut off in its header");
  if (sizeBytes > 0 && contentSize(bytes, at, sizeBytes) !== rawLength) fail("declares another content size");
  at = blocksEnd(bytes, at + sizeBytes) + ((descriptor & 0b100) === 0 ? 0 : 4);
  if (at > bytes.length) fail("is cut off");
  if (at < bytes.length) fail("is followed by other bytes");
}

function blocksEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    if (at + 3 > bytes.length) fail("is cut off between blocks");
    const block = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
    const kind = (block >>> 1) & 3;
    const size = block >>> 3;
    if (kind === 3 || size > maxBlockBytes) fail("holds an invalid block");
    at += 3 + (kind === 1 ? 1 : size);
    if ((block & 1) === 1) return at;
  }
}

function windowBytes(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >>> 3));
  return base + (base / 8) * (descriptor & 7);
}

function contentSizeBytes(flag: number, single: boolean): number {
  if (flag === 0) return single ? 1 : 0;
  return 1 << flag;
}

function contentSize(bytes: Uint8Array, at: number, length: number): number {
  let size = length === 2 ? 256 : 0;
  for (let i = 0; i < length; i++) size += bytes[at + i]! * 256 ** i;
  return size;
}

function fail(what: string): never {
  throw new BatchError("bad-body", `the packed body ${what}`);
}
