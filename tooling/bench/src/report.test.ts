import { expect, test } from "vitest";
import { median, show, summarise } from "./report.ts";

const timed = (ms: number) => ({ rows: 1000, ms });
const sync = (ms: number) => ({
  ...timed(ms),
  receiverRssBytes: 1e8,
  receiverDiskBytes: 140,
  archiveBytes: 100,
});

test("medians are of the rounds, ratios of each round with itself", () => {
  const report = summarise(
    1000,
    [
      { naive: timed(100), attached: timed(10), sync: sync(50), adopted: sync(100) },
      { naive: timed(200), attached: timed(40), sync: sync(100), adopted: sync(200) },
      { naive: timed(50), attached: timed(50), sync: sync(10), adopted: sync(25) },
    ],
    { ...sync(70), wireBytes: 230_000 },
  );
  expect(report.rate).toEqual({ naive: 10_000, attached: 25_000, sync: 20_000, adopted: 10_000 });
  expect(report.ratio).toEqual({ attached: 5, sync: 2, adopted: 1 });
  expect(report).toMatchObject({ wireBytesPerRow: 230, receiverRssBytes: 1e8, diskRatio: 1.4 });
  expect(show(report)).toMatch(/two nodes, empty to converged +20000\/s +2\.00 × Y1/);
});

test("without nodes there is nothing to say of them", () => {
  const report = summarise(1000, [{ naive: timed(100), attached: timed(20) }]);
  expect(report.rate).toEqual({ naive: 10_000, attached: 50_000 });
  expect(show(report)).not.toContain("two nodes");
});

test("the median of an even number lies between", () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
});
