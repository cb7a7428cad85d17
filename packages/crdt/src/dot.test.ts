import fc from "fast-check";
import { expect, test } from "vitest";
import { compareDots, hasDot, sameDot } from "./dot.ts";
import { log } from "./testing/arbitraries.ts";
import "./testing/seed.ts";

const dot = fc.record({ log, seq: fc.integer({ min: 1, max: 3 }) });

test("the order of dots is total and agrees with their sameness", () => {
  fc.assert(
    fc.property(dot, dot, dot, (a, b, c) => {
      expect(compareDots(a, b) === 0).toBe(sameDot(a, b));
      expect(Math.sign(compareDots(a, b))).toBe(-Math.sign(compareDots(b, a)) + 0);
      if (compareDots(a, b) <= 0 && compareDots(b, c) <= 0) expect(compareDots(a, c)).toBeLessThanOrEqual(0);
    }),
  );
});

test("a list holds the dots that are in it", () => {
  fc.assert(
    fc.property(fc.array(dot, { maxLength: 5 }), dot, (list, one) => {
      expect(hasDot(list, one)).toBe(list.some((each) => each.log === one.log && each.seq === one.seq));
      expect(hasDot([...list, { ...one }], one)).toBe(true);
    }),
  );
});
