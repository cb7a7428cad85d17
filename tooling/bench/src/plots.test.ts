import { expect, test } from "vitest";
import { roundTicks } from "./plot/bars.ts";
import { plots } from "./plots.ts";
import type { Subject } from "./subject.ts";
import { measured, report, subject } from "./testing/measured.ts";

const y1 = subject("y1");
const own = subject("own", "we & <us>");

const at = (of: Subject, rows: number, sample: object) => measured(of, rows, 1, sample);

test("one picture for each number of rows, and growth where there are two", () => {
  const one = [at(y1, 1000, { local: 100 }), at(own, 1000, { sync: 50, memory: 1e8 })];
  expect([...plots(report(one)).keys()]).toEqual(["sync-1000.svg"]);
  const two = [...one, at(own, 5000, { sync: 40, memory: 2e8 })];
  expect([...plots(report(two)).keys()]).toEqual([
    "sync-1000.svg",
    "sync-5000.svg",
    "time.svg",
    "memory.svg",
  ]);
});

test("a name is text in the picture, whatever it contains, and every number is one", () => {
  const [picture] = plots(report([at(own, 1000, { sync: 50 })])).values();
  expect(picture).toContain("we &#38; &#60;us&#62;");
  expect(picture).not.toMatch(/NaN|Infinity|undefined/);
});

test("nothing measured, nothing drawn", () => {
  expect(plots(report([at(y1, 1000, { local: 100 })])).size).toBe(0);
});

test.each([
  [41_400, [0, 10_000, 20_000, 30_000, 40_000, 50_000]],
  [0.9, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [10, [0, 2, 4, 6, 8, 10]],
  [0, [0]],
])("round values up to %d", (greatest, ticks) => {
  expect(roundTicks(greatest).map((tick) => Number(tick.toPrecision(6)))).toEqual(ticks);
});
