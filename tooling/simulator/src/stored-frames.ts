import type { Compressor } from "@jarvis-crdt/batch";

const head = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0b1010_0000);
const headBytes = head.length + 4;
const blockBytes = 128 * 1024;

/** Zstandard frames (RFC 8878) of raw blocks: what any decoder reads, made and read without compressing anything. */
export const storedFrames: Compressor = {
  deflate(bytes) {
    const blocks = Math.max(1, Math.ceil(bytes.length / blockBytes));
    const frame = new Uint8Array(headBytes + blocks * 3 + bytes.length);
    frame.set(head);
    new DataView(frame.buffer).setUint32(head.length, bytes.length, true);
    let at = headBytes;
    for (let block = 0; block < blocks; block++) {
      const part = bytes.subarray(block * blockBytes, (block + 1) * blockBytes);
      const word = (part.length << 3) | (block === blocks - 1 ? 1 : 0);
      frame.set([word & 0xff, (word >>> 8) & 0xff, word >>> 16], at);
      frame.set(part, at + 3);
      at += 3 + part.length;
    }
    return frame;
  },

  inflate(bytes, length) {
    if (!head.every((byte, i) => bytes[i] === byte)) throw new Error("not a frame of this simulator");
    const output = new Uint8Array(length);
    let written = 0;
    for (let at = headBytes, last = false; !last; ) {
      const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
      last = (word & 1) === 1;
      const size = word >>> 3;
      if ((word & 0b110) !== 0 || written + size > length) throw new Error("not a raw block that fits");
      output.set(bytes.subarray(at + 3, at + 3 + size), written);
      at += 3 + size;
      written += size;
    }
    if (written !== length) throw new Error(`unpacked ${written} bytes, declared ${length}`);
    return output;
  },
};
