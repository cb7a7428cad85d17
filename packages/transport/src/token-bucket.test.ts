import fc from "fast-check";
import { expect, test } from "vitest";
import { TokenBucket } from "./token-bucket.ts";

test("a burst passes at once, then the rate holds", () => {
  const bucket = new TokenBucket(1000, 500, 0);
  bucket.take(500, 0);
  expect(bucket.debtMs(0)).toBe(0);
  bucket.take(100, 0);
  expect([bucket.debtMs(0), bucket.debtMs(60), bucket.debtMs(100)]).toEqual([100, 40, 0]);
  expect(bucket.debtMs(1e9)).toBe(0);
  bucket.take(600, 1e9);
  expect(bucket.debtMs(1e9)).toBe(100);
});

test("a clock that stands or goes back gives nothing, and no limit is none", () => {
  const bucket = new TokenBucket(1000, 0, 100);
  bucket.take(100, 100);
  expect(bucket.debtMs(50)).toBe(100);
  const open = new TokenBucket(Number.POSITIVE_INFINITY, 0, 0);
  open.take(1e12, 0);
  expect(open.debtMs(0)).toBe(0);
});

test("who waits as told never gets more than the rate and one burst", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1 }), (pieces) => {
      const [rate, burst] = [1000, 300];
      const bucket = new TokenBucket(rate, burst, 0);
      let [now, passed] = [0, 0];
      for (const piece of pieces) {
        now += bucket.debtMs(now);
        expect(passed).toBeLessThanOrEqual(burst + (rate * now) / 1000 + 1e-6);
        bucket.take(piece, now);
        passed += piece;
      }
      // Nor less: nobody waits longer than the debt asks for.
      expect(now).toBeLessThanOrEqual((passed / rate) * 1000 + pieces.length);
    }),
  );
});
