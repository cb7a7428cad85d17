/** A batch is closed at this many operations: one signature is then cheap per operation, and a proof ten hashes long. */
export const closeOperations = 1000;

/** A batch is closed before its operations exceed this many bytes, so that a slow link resumes often. */
export const closeBytes = 256 * 1024;

/** A batch with more operations is refused. */
export const acceptOperations = 65_536;

/** A batch whose unpacked body is longer, in bytes, is refused. */
export const acceptRawBytes = 4 * 1024 * 1024;

/** The window, in bytes, that unpacking may need: 2^23. */
export const acceptWindowBytes = 8 * 1024 * 1024;

/** Longest packed body that `rawLength` bytes can need (the bound of zstd itself, for incompressible input). */
export function packedBound(rawLength: number): number {
  return rawLength + (rawLength >>> 8) + 64;
}
