import { expect, test } from "vitest";
import { superfluous } from "./retention.ts";

const hour = 3_600_000;
const start = Date.UTC(2026, 0, 10, 12);
const hourly = Array.from({ length: 100 }, (_, i) => ({ at: start - i * hour }));
const ages = (kept: readonly { at: number }[]) => kept.map(({ at }) => (start - at) / hour);

test("the newest stay, and the last one of each day", () => {
  const gone = new Set(superfluous(hourly, { newest: 3, days: 4 }));
  const kept = hourly.filter((one) => !gone.has(one));
  // 12:00 today is the last of its day; of the days before it is 23:00.
  expect(ages(kept)).toEqual([0, 1, 2, 13, 37, 61]);
});

test("days without any do not count, so that what is old does not go because nothing new came", () => {
  const old = [{ at: start - 1000 * hour }, { at: start - 2000 * hour }];
  expect(superfluous(old, { newest: 0, days: 2 })).toEqual([]);
});

test("order does not matter, and equal times are told apart", () => {
  const same = [{ at: start }, { at: start }];
  expect(superfluous(same, { newest: 1, days: 0 })).toEqual([same[1]]);
  expect(superfluous([...hourly].reverse(), { newest: 100, days: 0 })).toEqual([]);
});
