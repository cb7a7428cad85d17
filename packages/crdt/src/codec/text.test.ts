import fc from "fast-check";
import { expect, test } from "vitest";
import { wellFormed } from "../testing/arbitraries.ts";
import { compareText, isWellFormedUtf8, utf8Length } from "./text.ts";
import "../testing/seed.ts";

test("texts are ordered as their UTF-8 bytes", () => {
  const text = fc.string({
    unit: fc.oneof(fc.constantFrom("a", "\uffff", "𐀀", "\ue000", "é"), wellFormed),
    maxLength: 5,
  });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareText(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }),
    { numRuns: 500 },
  );
});

test("the length of a text is that of its bytes", () => {
  fc.assert(
    fc.property(wellFormed, (text) => {
      expect(utf8Length(text)).toBe(Buffer.byteLength(text));
    }),
  );
});

test("bytes are well-formed exactly where a strict decoder accepts them", () => {
  const strict = new TextDecoder("utf-8", { fatal: true });
  const accepts = (bytes: Uint8Array) => {
    try {
      strict.decode(bytes);
      return true;
    } catch {
      return false;
    }
  };
  // Beginnings of sequences and their neighbours, where mistakes would be.
  const byte = fc.oneof(
    fc.constantFrom(
      0x7f,
      0x80,
      0x8f,
      0x90,
      0x9f,
      0xa0,
      0xbf,
      0xc0,
      0xc1,
      0xc2,
      0xdf,
      0xe0,
      0xe1,
      0xec,
      0xed,
      0xee,
    ),
    fc.constantFrom(0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff),
    fc.integer({ min: 0, max: 255 }),
  );
  const bytes = fc.oneof(
    fc.array(byte, { maxLength: 6 }).map((all) => Uint8Array.from(all)),
    wellFormed.map((text) => new Uint8Array(Buffer.from(text))),
  );
  fc.assert(
    fc.property(bytes, fc.nat(3), fc.nat(3), (all, before, after) => {
      const from = Math.min(before, all.length);
      const to = Math.max(from, all.length - after);
      expect(isWellFormedUtf8(all, from, to)).toBe(accepts(all.subarray(from, to)));
    }),
    { numRuns: 20_000 },
  );
});
