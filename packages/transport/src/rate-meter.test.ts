import { expect, test } from "vitest";
import { RateMeter } from "./rate-meter.ts";

test("a steady flow shows its rate, and fades when it ends", () => {
  const meter = new RateMeter(0);
  for (let now = 0; now < 60_000; now += 10) meter.add(100, now);
  const rate = meter.perSecond(60_000);
  expect(Math.abs(rate - 10_000)).toBeLessThan(100);
  expect(meter.perSecond(65_000)).toBeCloseTo(rate / Math.E, 6);
  expect(meter.perSecond(1e9)).toBe(0);
});
