import type { Compressor } from "./crypto.ts";
import type { Envelope } from "./envelope.ts";
import { BatchError } from "./error.ts";
import { checkZstdFrame } from "./zstd-frame.ts";

/** The only codec so far: one Zstandard frame of the operations, each after its length as a minimal LEB128 varint. */
export const zstdCodec = 1;

/** The unpacked body. O(bytes). */
export function joinOperations(operations: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const operation of operations) length += framedLength(operation.length);
  const raw = new Uint8Array(length);
  let at = 0;
  for (const operation of operations) {
    let rest = operation.length;
    for (; rest >= 0x80; rest >>>= 7) raw[at++] = (rest & 0x7f) | 0x80;
    raw[at++] = rest;
    raw.set(operation, at);
    at += operation.length;
  }
  return raw;
}

/** Bytes that an operation of `length` bytes takes in an unpacked body. */
export function framedLength(length: number): number {
  let bytes = length + 1;
  for (let rest = length; rest >= 0x80; rest >>>= 7) bytes++;
  return bytes;
}

/** The `count` operations of an unpacked body, as views. Throws `BatchError` `bad-body`. O(count). */
export function splitBody(raw: Uint8Array, count: number): readonly Uint8Array[] {
  const operations: Uint8Array[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    let length = 0;
    let byte = 0x80;
    for (let shift = 0; byte >= 0x80; shift += 7) {
      // Four groups of seven bits reach far beyond the longest body.
      if (at >= raw.length || shift > 21) fail(`operation ${i} has no valid length`);
      byte = raw[at++]!;
      if (byte === 0) fail(`operation ${i} is empty or its length is not minimal`);
      length |= (byte & 0x7f) << shift;
    }
    if (length > raw.length - at) fail(`operation ${i} reaches beyond the body`);
    operations.push(raw.subarray(at, at + length));
    at += length;
  }
  if (at !== raw.length) fail(`${raw.length - at} bytes follow the last operation`);
  return operations;
}

/** Unpacks the body of an envelope whose sizes were checked. Throws `BatchError` `bad-body`. O(bytes). */
export function unpackBody(envelope: Envelope, count: number, compressor: Compressor): readonly Uint8Array[] {
  if (envelope.codec !== zstdCodec) fail("the codec is unknown; this version reads codec 1");
  checkZstdFrame(envelope.body, envelope.rawLength);
  const raw = inflate(envelope, compressor);
  if (raw.length !== envelope.rawLength) {
    fail(`it unpacks to ${raw.length} bytes instead of ${envelope.rawLength}`);
  }
  // A plain view: of a Buffer, which compressors of Node return, even slice() would share its memory.
  return splitBody(new Uint8Array(raw.buffer, raw.byteOffset, raw.length), count);
}

function inflate(envelope: Envelope, compressor: Compressor): Uint8Array {
  try {
    return compressor.inflate(envelope.body, envelope.rawLength);
  } catch (cause) {
    throw new BatchError("bad-body", "the packed body does not unpack to its declared length", { cause });
  }
}

function fail(message: string): never {
  throw new BatchError("bad-body", message);
}
