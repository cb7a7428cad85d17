import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeElement } from "../codec/value-codec.ts";
import { value } from "../testing/arbitraries.ts";
import { codeOf } from "../testing/code-of.ts";
import type { Value } from "../value.ts";
import { ElementMap, elementKey } from "./element-key.ts";
import "../testing/seed.ts";

const hex = (element: Value) => Buffer.from(encodeElement(element)).toString("hex");
const small = fc
  .oneof(value, fc.constantFrom(0, -0, 0n, 1, 1n, "1", "\u{10000}", 2n ** 60n, "\x03\x02"))
  .filter((element) => codeOf(() => encodeElement(element)) === "accepted");

test("two elements have one key if and only if they have the same bytes", () => {
  fc.assert(
    fc.property(small, small, (a, b) => {
      const same = new Map([[elementKey(a), a]]).has(elementKey(b));
      expect(same).toBe(hex(a) === hex(b));
    }),
    { numRuns: 3000 },
  );
});

test("a map gives its elements back", () => {
  fc.assert(
    fc.property(fc.array(small, { maxLength: 8 }), (elements) => {
      const map = new ElementMap<Value, number>();
      elements.forEach((element, i) => {
        map.set(elementKey(element), element, i);
      });
      const expected = new Map(elements.map((element, i) => [hex(element), i]));
      expect([...map.entries()].map(([element, i]) => [hex(element), i])).toEqual([...expected]);
      for (const element of elements) map.delete(elementKey(element));
      expect([map.size, [...map.entries()]]).toEqual([0, []]);
    }),
  );
});

test("what cannot be an element has no key", () => {
  const codes = ["\ud800", "\udc00", "x".repeat(1022), "ü".repeat(511), 2n ** 63n].map((element) =>
    codeOf(() => elementKey(element)),
  );
  expect(codes).toEqual(["invalid-value", "invalid-value", "too-large", "too-large", "invalid-value"]);
  for (const element of ["x".repeat(1021), "ü".repeat(510), "€".repeat(340)])
    expect(elementKey(element)).toBe(element);
});
