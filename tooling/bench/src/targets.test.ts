import { expect, test } from "vitest";
import type { Result } from "./report.ts";
import { targetsOf } from "./targets.ts";

const result = (name: string, figures: { [figure: string]: number }, more: Partial<Result> = {}): Result => ({
  name,
  title: name,
  group: "ourselves",
  rows: 1000,
  figures: Object.fromEntries(
    Object.entries(figures).map(([figure, median]) => [figure, { median, least: median, most: median }]),
  ),
  samples: [],
  ...more,
});

const library = (name: string, merges: "row" | "field", sync: number) =>
  result(
    name,
    { sync },
    {
      group: "peers",
      keeps: { merges, durable: false, signed: false, encrypted: false },
    },
  );

test("a rate is held to a yardstick and to the best library that merges as we do", () => {
  const found = targetsOf([
    result("y1", { local: 100 }),
    result("own", { sync: 150 }),
    library("by-row", "row", 900),
    library("slow", "field", 50),
    library("fast", "field", 120),
  ]);
  expect(found.map(({ reached, wanted, met }) => [reached, wanted, met])).toEqual([
    [1.5, 2, false],
    [1.25, 1, true],
  ]);
});

test("anything else is held to a bound from above", () => {
  const found = targetsOf([result("adopted", { changesMs: 10, receiverMemory: 200e6 })]);
  expect(found.map(({ figure, met, text }) => [figure, met, ...text])).toEqual([
    ["changesMs", true, "10.0 ms", "≤ 10.0 ms"],
    ["receiverMemory", false, "200 MB", "≤ 160 MB"],
  ]);
});
