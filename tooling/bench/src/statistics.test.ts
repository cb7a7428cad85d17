import { expect, test } from "vitest";
import { exponent, median, quantile } from "./statistics.ts";

test("the median of an even number lies between", () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([9, 1, 5])).toBe(5);
});

test("quantiles lie between the neighbours, and are those of the ends", () => {
  expect(quantile([10, 20, 30], 0.75)).toBe(25);
  expect(quantile([10, 20, 30], 1)).toBe(30);
  expect(() => quantile([], 0.5)).toThrow("of nothing");
});

test("the exponent of a power is found, of a single point none", () => {
  const of = (e: number) => [10, 100, 1000].map((x) => ({ x, y: 3 * x ** e }));
  expect(exponent(of(1.5))).toBeCloseTo(1.5, 10);
  expect(exponent(of(0))).toBeCloseTo(0, 10);
  expect(
    exponent([
      { x: 5, y: 1 },
      { x: 5, y: 2 },
    ]),
  ).toBeUndefined();
});
