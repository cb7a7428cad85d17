import { constants, type ZstdOptions, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Compressor } from "@jarvis-crdt/batch";
import { SecurityError } from "./error.ts";

/** Largest window accepted from a peer: 8 MiB, so a frame cannot ask for more memory than a few batches. */
const WINDOW_LOG_MAX = 23;

const deflateOptions: ZstdOptions = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };

/** zstd (RFC 8878), level 3: the last level whose cost stays below that of hashing and signing the same bytes. */
export const compressor: Compressor = {
  deflate: (bytes) => zstdCompressSync(bytes, deflateOptions),
  inflate,
};

/** One frame, nothing before, between or after, and exactly `length` bytes in it. */
function inflate(bytes: Uint8Array, length: number): Uint8Array {
  const { buffer, engine } = decompress(bytes, length);
  // The decoder stops silently at the end of the first frame; what follows would be unsigned luggage.
  if (buffer.length !== length || engine.bytesWritten !== bytes.length) {
    throw new SecurityError("inflate-failed", `The compressed bytes do not hold exactly ${length} bytes.`);
  }
  return buffer;
}

function decompress(bytes: Uint8Array, length: number): Inflated {
  try {
    const result: unknown = zstdDecompressSync(bytes, {
      info: true,
      maxOutputLength: Math.max(1, length),
      params: { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG_MAX },
    });
    return result as Inflated;
  } catch {
    throw new SecurityError("inflate-failed", `The bytes are no zstd frame of ${length} bytes.`);
  }
}

/** What node:zlib returns with `info`; its types know only the Buffer. */
interface Inflated {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}
