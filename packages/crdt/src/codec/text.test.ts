import fc from "fast-check";
import { expect, test } from "vitest";
import { wellFormed } from "../testing/arbitraries.ts";
import { compareText, utf8Length } from "./text.ts";
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
