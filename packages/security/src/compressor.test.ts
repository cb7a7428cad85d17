import { constants, zstdCompressSync } from "node:zlib";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { compressor } from "./compressor.ts";

const inflateFailed = expect.objectContaining({ code: "inflate-failed" });
const body = new Uint8Array(1000).fill(7);
const packed = compressor.deflate(body);
const skippable = Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4);

describe("compressor", () => {
  test.prop([fc.uint8Array({ maxLength: 5000 })])("returns what went in", (bytes) => {
    expect(Buffer.from(compressor.inflate(compressor.deflate(bytes), bytes.length))).toEqual(
      Buffer.from(bytes),
    );
  });

  it.each([
    ["a declared length too small", packed, 999],
    ["a declared length too great", packed, 1001],
    ["trailing garbage", Buffer.concat([packed, Uint8Array.of(1)]), 1000],
    ["a second frame", Buffer.concat([packed, packed]), 1000],
    ["two frames of the declared total", Buffer.concat([packed, packed]), 2000],
    ["an empty second frame", Buffer.concat([packed, compressor.deflate(new Uint8Array())]), 1000],
    ["a skippable frame behind", Buffer.concat([packed, skippable]), 1000],
    ["a skippable frame in front", Buffer.concat([skippable, packed]), 1000],
    ["a truncated frame", packed.subarray(0, -1), 1000],
    ["nothing", new Uint8Array(), 0],
    ["no zstd at all", Uint8Array.of(1, 2, 3, 4, 5), 5],
  ])("refuses %s", (_, bytes, length) => {
    expect(() => compressor.inflate(bytes, length)).toThrow(inflateFailed);
  });

  it.each([64, 16_384, 262_144, 524_288])(
    "refuses what follows a frame that fills whole pieces (%i)",
    (length) => {
      const frame = compressor.deflate(new Uint8Array(length));
      expect(compressor.inflate(frame, length)).toHaveLength(length);
      const empty = compressor.deflate(new Uint8Array());
      expect(() => compressor.inflate(Buffer.concat([frame, empty]), length)).toThrow(inflateFailed);
      expect(() => compressor.inflate(Buffer.concat([frame, skippable]), length)).toThrow(inflateFailed);
    },
  );

  it("reads frames of other writers: with a checksum, without a content size, of many blocks", () => {
    const bytes = new Uint8Array(600_000).map((_, index) => (index * index) >> 7);
    for (const params of [
      { [constants.ZSTD_c_checksumFlag]: 1 },
      { [constants.ZSTD_c_contentSizeFlag]: 0 },
      { [constants.ZSTD_c_compressionLevel]: -5 },
    ]) {
      expect(compressor.inflate(zstdCompressSync(bytes, { params }), bytes.length)).toHaveLength(600_000);
    }
  });

  test.prop([fc.uint8Array({ maxLength: 200 }), fc.nat(5000)])(
    "answers random bytes with its code",
    (bytes, length) => {
      const framed = Buffer.concat([packed.subarray(0, 5), bytes]);
      expect(() => compressor.inflate(framed, length)).toThrow(inflateFailed);
    },
  );

  it("refuses a bomb without unpacking it", () => {
    const bomb = compressor.deflate(new Uint8Array(64 << 20));
    expect(bomb.length).toBeLessThan(8192);
    const before = process.memoryUsage();
    expect(() => compressor.inflate(bomb, 4096)).toThrow(inflateFailed);
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(1 << 20);
  });

  it("refuses a window beyond 8 MiB", () => {
    const bytes = new Uint8Array(9 << 20);
    for (let index = 0; index < bytes.length; index += 97) bytes[index] = index;
    const params = { [constants.ZSTD_c_windowLog]: 24, [constants.ZSTD_c_contentSizeFlag]: 0 };
    const wide = zstdCompressSync(bytes, { params });
    expect(() => compressor.inflate(wide, bytes.length)).toThrow(inflateFailed);
  });
});
