import fc from "fast-check";
import { expect, test } from "vitest";
import "../testing/seed.ts";
import { addToCounter, type CounterCell, counterValue, joinCounters } from "./counter-cell.ts";

const max = Number.MAX_SAFE_INTEGER;
const by = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(max, -max, max - 1));
const sumOf = (list: readonly number[]) =>
  list.reduce<CounterCell | undefined>((cell, one, i) => addToCounter(cell, i + 1, one), undefined)!.sum;

test("an increment beyond 2^53 wraps, the same in every order", () => {
  const modulus = 2n ** 54n - 1n;
  fc.assert(
    fc.property(fc.array(by, { minLength: 1, maxLength: 8 }), (list) => {
      const sum = sumOf(list);
      expect(Number.isSafeInteger(sum)).toBe(true);
      expect(sumOf([...list].reverse())).toBe(sum);
      const exact = list.reduce((total, one) => total + BigInt(one), 0n);
      expect((exact - BigInt(sum)) % modulus).toBe(0n);
    }),
    { numRuns: 1000 },
  );
});

test("the join does not depend on the order, even of a forked log", () => {
  const cell = fc.option(
    fc.record({ seq: fc.integer({ min: 1, max: 2 }), sum: fc.integer({ min: -1, max: 1 }) }),
    {
      nil: undefined,
    },
  );
  fc.assert(
    fc.property(cell, cell, cell, (a, b, c) => {
      expect(joinCounters(a, b)).toEqual(joinCounters(b, a));
      expect(joinCounters(joinCounters(a, b), c)).toEqual(joinCounters(a, joinCounters(b, c)));
      expect(joinCounters(a, a)).toEqual(a);
    }),
  );
});

test("the value of a counter is exact or refused", () => {
  fc.assert(
    fc.property(fc.array(by, { maxLength: 6 }), (sums) => {
      const exact = sums.reduce((total, one) => total + BigInt(one), 0n);
      const cells = sums.map((sum) => ({ seq: 1, sum }));
      if (Number.isSafeInteger(Number(exact))) expect(BigInt(counterValue(cells))).toBe(exact);
      else expect(() => counterValue(cells)).toThrow(/2\^53/);
    }),
    { numRuns: 500 },
  );
});
