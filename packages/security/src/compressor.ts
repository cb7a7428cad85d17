import { constants, type ZstdOptions, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Compressor } from "@jarvis-crdt/batch";
import { SecurityError } from "./error.ts";
import { isOneFrame } from "./zstd-frame.ts";

/** Largest window accepted from a peer: 8 MiB, so a frame cannot ask for more memory than a few batches. */
const maxWindowLog = 23;

/** Greatest output piece: node:zlib allocates in whole pieces, and one that holds a full batch nearly halves the time. */
const chunkBytes = 512 * 1024;

const deflateOptions: ZstdOptions = { params: { [constants.ZSTD_c_compressionLevel]: 6 } };

/**
 * zstd (RFC 8878) at level 6: a body is packed once and crosses many wires. A full batch packs at about 90 MB/s and
 * unpacks at 1.4 GB/s, a small one takes 25 µs. Measured in docs/decisions/0031-a-body-stays-rows.md.
 */
export const compressor: Compressor = {
  deflate: (bytes) => zstdCompressSync(bytes, deflateOptions),
  inflate,
};

/**
 * One frame, nothing before, between or after, and exactly `length` bytes in it: what goes along unseen would be stored
 * and relayed by everybody without anybody's signature. Throws `inflate-failed`.
 */
function inflate(bytes: Uint8Array, length: number): Uint8Array {
  const body = isOneFrame(bytes) ? decompress(bytes, length) : undefined;
  if (body?.length !== length)
    throw new SecurityError("inflate-failed", `The bytes are not one zstd frame of ${length} bytes.`);
  return body;
}

function decompress(bytes: Uint8Array, length: number): Uint8Array | undefined {
  try {
    return zstdDecompressSync(bytes, {
      chunkSize: Math.min(Math.max(64, length), chunkBytes),
      maxOutputLength: Math.max(1, length),
      params: { [constants.ZSTD_d_windowLogMax]: maxWindowLog },
    });
  } catch {
    // What zlib says about hostile bytes helps nobody.
    return undefined;
  }
}
