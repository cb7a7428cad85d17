import { expect, test } from "vitest";
import { backoffDelay, defaultBackoff } from "./backoff.ts";

test("waits double, are spread over their upper half, and are bounded", () => {
  const backoff = { minMs: 100, maxMs: 1000, attempts: 1 };
  expect([0, 1, 2, 3].map((attempt) => backoffDelay(backoff, attempt, 0))).toEqual([50, 100, 200, 400]);
  expect([0, 1, 4, 1e9].map((attempt) => backoffDelay(backoff, attempt, 0.5))).toEqual([75, 150, 750, 750]);
  expect(backoffDelay(defaultBackoff, 1000, 0.999)).toBeLessThan(15_000);
});

test("each wait is taken as often as was asked for", () => {
  const waits = (attempts: number) =>
    [0, 1, 2, 3, 4, 5, 6, 1e9].map((attempt) =>
      backoffDelay({ minMs: 100, maxMs: 1000, attempts }, attempt, 0),
    );
  expect(waits(3)).toEqual([50, 50, 50, 100, 100, 100, 200, 500]);
  expect(waits(0)).toEqual([500, 500, 500, 500, 500, 500, 500, 500]);
});
