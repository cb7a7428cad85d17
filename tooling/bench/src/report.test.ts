import { expect, test } from "vitest";
import { type Measured, summarise } from "./report.ts";
import { show } from "./table.ts";
import { measured, report, subject } from "./testing/measured.ts";

const [y1, own] = [subject("y1"), subject("own")];

test("medians are of the rounds, ratios of each round with its own Y1", () => {
  const { results } = summarise([
    measured(y1, 1000, 1, { local: 100 }),
    measured(own, 1000, 1, { sync: 200, changesMs: 5 }),
    measured(y1, 1000, 2, { local: 1000 }),
    measured(own, 1000, 2, { sync: 500, changesMs: 7 }),
    measured(y1, 1000, 3, { local: 10 }),
    measured(own, 1000, 3, { sync: 100, changesMs: 9 }),
  ]);
  expect(results[1]?.figures).toEqual({
    sync: { median: 200, least: 100, most: 500, ratio: 2 },
    changesMs: { median: 7, least: 5, most: 9 },
  });
});

test("growth is that of the time a rate stands for, and that of anything else as it is", () => {
  const { growth } = summarise([
    measured(own, 1000, 1, { sync: 100, changesMs: 4 }),
    measured(own, 4000, 1, { sync: 100, changesMs: 8 }),
  ]);
  expect(growth.map(({ figure, exponent }) => [figure, exponent.toFixed(3)])).toEqual([
    ["sync", "1.000"],
    ["changesMs", "0.500"],
  ]);
});

test("what failed is shown as such, beside what was measured before it did", () => {
  const all: Measured[] = [
    measured(own, 1000, 1, { sync: 100 }),
    { subject: own, rows: 1000, round: 2, outcome: { error: "the archives differ\nat length" } },
  ];
  const text = show(report(all));
  expect(text).toContain("the own");
  expect(text).toContain("100 rows/s");
  expect(text).toContain("FAILED: the archives differ");
});

test("the table is plain where it is no terminal", () => {
  expect(show(report([measured(y1, 1000, 1, { local: 100 })]))).not.toContain("\x1b");
});
