import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { KeySet } from "./key-set.ts";

const key = fc.oneof(fc.nat(2_100), fc.integer({ min: 2 ** 40, max: 2 ** 40 + 70 }));

test.prop([fc.array(fc.tuple(fc.boolean(), key))])("holds what a Set would", (steps) => {
  const keys = new KeySet();
  const model = new Set<number>();
  for (const [adds, one] of steps) {
    if (adds) {
      keys.add(one);
      model.add(one);
    } else expect(keys.delete(one)).toBe(model.delete(one));
  }
  for (const one of model) expect(keys.delete(one)).toBe(true);
});

it("keeps no more than a bounded number of keys that lie apart", () => {
  const keys = new KeySet();
  for (let i = 0; i < 10_000; i++) keys.add(i * 1_024);
  expect([keys.delete(0), keys.delete(9_999 * 1_024)]).toEqual([true, false]);
});

it("has no room for what is not a number from 0 on", () => {
  const keys = new KeySet();
  keys.add(-1);
  keys.add(Number.NaN);
  expect([keys.delete(-1), keys.delete(Number.NaN)]).toEqual([false, false]);
});
