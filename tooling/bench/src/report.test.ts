import { expect, test } from "vitest";
import { type Measured, type Report, summarise } from "./report.ts";
import type { Subject } from "./subject.ts";
import { show } from "./table.ts";

const subject = (name: string): Subject => ({
  name,
  title: `the ${name}`,
  group: name === "y1" ? "yardsticks" : "ourselves",
  measure: () => Promise.reject(new Error("not measured here")),
});
const [y1, own] = [subject("y1"), subject("own")];

const measured = (of: Subject, rows: number, round: number, sample: object): Measured => ({
  subject: of,
  rows,
  round,
  outcome: { sample },
});

const report = (all: readonly Measured[]): Report => ({
  version: 1,
  at: "2026-01-01T00:00:00.000Z",
  commit: null,
  machine: { cpu: "a", cores: 2, node: "v24", system: "b", load: 0 },
  seed: 1,
  ...summarise(all),
});

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
