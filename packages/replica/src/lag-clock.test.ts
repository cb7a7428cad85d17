import { expect, test } from "vitest";
import { LagClock } from "./lag-clock.ts";

test("tells the age of the oldest that waits, while others come and go", () => {
  const clock = new LagClock();
  expect(clock.seconds(5_000)).toBe(0);
  clock.observe(2, 1_000);
  clock.observe(5, 3_000);
  expect(clock.seconds(4_000)).toBe(3);
  clock.observe(4, 4_000);
  expect(clock.seconds(4_000)).toBe(3);
  clock.observe(3, 4_000);
  expect(clock.seconds(4_000)).toBe(1);
  clock.observe(0, 4_500);
  expect(clock.seconds(9_000)).toBe(0);
});

test("a peer that is always a little behind is never long behind", () => {
  const clock = new LagClock();
  for (let now = 0; now < 100_000; now += 100) {
    clock.observe(10, now);
    clock.observe(5, now + 50);
  }
  expect(clock.seconds(100_000)).toBeLessThan(1);
});

test("remembers little, and never tells too short an age", () => {
  const clock = new LagClock();
  for (let i = 1; i <= 10_000; i++) clock.observe(i, i * 1000);
  expect(clock.seconds(10_000_000)).toBe(9_999);
  clock.observe(9_000, 10_000_000);
  expect(clock.seconds(10_000_000)).toBeGreaterThanOrEqual(9_000);
});
