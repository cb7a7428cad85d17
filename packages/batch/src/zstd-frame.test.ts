import { constants, createZstdCompress, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BatchError } from "./error.ts";
import { checkZstdFrame } from "./zstd-frame.ts";

function isFrame(bytes: Uint8Array, rawLength: number): boolean {
  try {
    checkZstdFrame(bytes, rawLength);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(BatchError);
    expect((error as BatchError).code).toBe("bad-body");
    return false;
  }
}

/** Bytes that do not compress, so that frames hold raw blocks too. */
function noise(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

async function streamed(raw: Uint8Array): Promise<Uint8Array> {
  const stream = createZstdCompress();
  const chunks: Uint8Array[] = [];
  const done = new Promise<void>((resolve, reject) => stream.on("end", resolve).on("error", reject));
  stream.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  stream.write(raw.subarray(0, 10));
  stream.flush(() => stream.end(raw.subarray(10)));
  await done;
  return Buffer.concat(chunks);
}

const lengths = [0, 1, 255, 256, 257, 65_791, 65_792, 131_072, 131_073, 300_000];

describe("checkZstdFrame", () => {
  it.each(lengths)("takes what zstd makes of %i bytes, in every style", async (length) => {
    for (const raw of [new Uint8Array(length).fill(7), noise(length)]) {
      for (const level of [1, 3]) {
        const params = { [constants.ZSTD_c_compressionLevel]: level };
        expect(isFrame(zstdCompressSync(raw, { params }), length)).toBe(true);
      }
      const checked = zstdCompressSync(raw, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
      expect(isFrame(checked, length)).toBe(true);
      expect(isFrame(checked.subarray(0, -4), length)).toBe(false);
      const unsized = zstdCompressSync(raw, { params: { [constants.ZSTD_c_contentSizeFlag]: 0 } });
      expect(isFrame(unsized, length)).toBe(true);
      expect(isFrame(await streamed(raw), length)).toBe(true);
    }
  });

  const frame = zstdCompressSync(new TextEncoder().encode("operation ".repeat(30)));
  const skippable = Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9);
  it.each([
    ["nothing", Buffer.alloc(0)],
    ["the magic number alone", frame.subarray(0, 4)],
    ["a byte too few", frame.subarray(0, -1)],
    ["a byte too many", Buffer.concat([frame, Buffer.of(0)])],
    ["a second frame", Buffer.concat([frame, frame])],
    ["an empty second frame", Buffer.concat([frame, zstdCompressSync(Buffer.alloc(0))])],
    ["a skippable frame behind", Buffer.concat([frame, skippable])],
    ["a skippable frame in front", Buffer.concat([skippable, frame])],
    ["a gzip file", Buffer.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0)],
  ])("refuses %s", (_, bytes) => {
    expect(isFrame(bytes, 300)).toBe(false);
  });

  /** A frame without content, byte by byte: descriptor, then what follows it. */
  const made = (...bytes: readonly number[]) => Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, ...bytes);
  it("takes the smallest frame", () => {
    expect(isFrame(made(0x20, 0, 1, 0, 0), 0)).toBe(true);
  });
  it.each([
    ["a dictionary id", made(0x21, 7, 0, 1, 0, 0)],
    ["the reserved bit", made(0x28, 0, 1, 0, 0)],
    ["a reserved block type", made(0x20, 0, 7, 0, 0)],
    ["a window of 16 MiB", made(0, 14 << 3, 1, 0, 0)],
    ["a window of 3.75 TiB", made(0, 255, 1, 0, 0)],
    ["half a content size", made(0xe0, 0, 0)],
    ["no last block", made(0x20, 0, 0, 0, 0)],
  ])("refuses %s", (_, bytes) => {
    expect(isFrame(bytes, 0)).toBe(false);
  });

  it("refuses a block beyond 128 KiB", () => {
    const block = (size: number) => {
      const header = (size << 3) | 1;
      const bytes = new Uint8Array(9 + size);
      bytes.set(made(0, 13 << 3, header & 255, (header >>> 8) & 255, header >>> 16));
      return bytes;
    };
    expect(isFrame(block(128 * 1024), 128 * 1024)).toBe(true);
    expect(isFrame(block(128 * 1024 + 1), 128 * 1024 + 1)).toBe(false);
  });

  it("refuses a frame that declares another size", () => {
    expect(isFrame(frame, 300)).toBe(true);
    expect(isFrame(frame, 299)).toBe(false);
  });

  it("takes a window of exactly 8 MiB", () => {
    expect(isFrame(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 13 << 3, 1, 0, 0), 0)).toBe(true);
    expect(isFrame(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, (13 << 3) | 1, 1, 0, 0), 0)).toBe(false);
  });

  it("refuses every cut and survives random changes", () => {
    for (let end = 0; end < frame.length; end++) expect(isFrame(frame.subarray(0, end), 300)).toBe(false);
    const property = fc.property(
      fc.nat(frame.length - 1),
      fc.nat(255),
      fc.uint8Array(),
      (at, value, tail) => {
        const changed = Uint8Array.from(frame);
        changed[at] = value;
        isFrame(changed, 300);
        expect(isFrame(Buffer.concat([frame, tail]), 300)).toBe(tail.length === 0);
      },
    );
    fc.assert(property, { seed: 1, numRuns: 1000 });
  });
});
