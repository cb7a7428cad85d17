const magic = 0xfd2fb528;

/**
 * Whether the bytes are one zstd frame and nothing else (RFC 8878 §3.1.1), found by walking its block headers without
 * unpacking. The decoder of node:zlib does not say: depending on how full its output piece is, it ignores what follows
 * the first frame or unpacks it too, and it skips skippable frames. Linear in the number of blocks, 128 KiB each.
 */
export function isOneFrame(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 5 || view.getUint32(0, true) !== magic) return false;
  const descriptor = view.getUint8(4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const checksum = (descriptor & 0x04) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 0x03]!;
  const contentSizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  let at = 5 + (singleSegment ? 0 : 1) + dictionaryBytes + contentSizeBytes;
  for (;;) {
    if (at + 3 > bytes.length) return false;
    const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    const repeated = ((header >> 1) & 0x03) === 1;
    at += 3 + (repeated ? 1 : header >> 3);
    if ((header & 1) !== 0) break;
  }
  return at + (checksum ? 4 : 0) === bytes.length;
}
