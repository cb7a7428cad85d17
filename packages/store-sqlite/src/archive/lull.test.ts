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
