import { expect, test } from "vitest";
import { Lull, lullMs } from "./lull.ts";

test("waits until a burst is over", () => {
  const lull = new Lull();
  const versions = [1, 1, 2, 3, 3, 3];
  const there = versions.map((version, i) => lull.isThere(version, i * lullMs));
  expect(there).toEqual([true, true, false, false, true, true]);
});

test("does not wait for ever, and then waits anew", () => {
  const lull = new Lull();
  lull.isThere(0, 0);
  const there = Array.from({ length: 52 }, (_, i) => lull.isThere(i + 1, i * lullMs));
  expect(there.map((is, i) => (is ? i : -1)).filter((i) => i >= 0)).toEqual([25, 51]);
});

test("waits once for what was missed then, and takes what we wrote for no burst", () => {
  const lull = new Lull();
  lull.isThere(0, 0);
  for (let now = 10; now < 260; now += lullMs) expect(lull.isThere(now, now)).toBe(false);
  expect(lull.isThere(1, 260)).toBe(true);
  lull.wasMissed();
  expect(lull.isThere(2, 270)).toBe(true);
  lull.wasUsed(3);
  expect(lull.isThere(3, 280)).toBe(true);
  expect(lull.isThere(4, 290)).toBe(false);
});
