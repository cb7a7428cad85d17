import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { append, type Entry, entryOf, moves, readHistory, showMoves } from "./history.ts";
import { type Measured, type Report, summarise } from "./report.ts";
import type { Subject } from "./subject.ts";

const folder = mkdtempSync(join(tmpdir(), "bench-history-"));
afterAll(() => rmSync(folder, { recursive: true }));

const entry = (at: string, values: Entry["values"], machine = "mine"): Entry => ({
  at,
  commit: null,
  machine,
  values,
});

test("a figure is compared with its last value on this machine; worse comes first", () => {
  const history = [
    entry("1", { "own 10 sync": 1, "own 10 changesMs": 5, "own 10 wire": 100 }),
    entry("2", { "own 10 sync": 2 }),
    entry("3", { "own 10 sync": 9 }, "another"),
  ];
  const now = entry("4", { "own 10 sync": 1.5, "own 10 changesMs": 2, "own 10 wire": 109, "own 10 disk": 1 });
  expect(moves(history, now).map(({ key, better, since }) => [key, better, since.at])).toEqual([
    ["own 10 sync", false, "2"],
    ["own 10 changesMs", true, "1"],
  ]);
  expect(showMoves(moves(history, now))).toMatch(/worse {3}own 10 sync +−25 % {2}2.00 → 1.50/);
});

test("of a report our own figures are kept, rates as ratios", () => {
  const subject = (name: string, group: Subject["group"]): Subject => ({
    name,
    title: name,
    group,
    measure: () => Promise.reject(new Error("not measured here")),
  });
  const measured = (of: Subject, sample: object): Measured => ({
    subject: of,
    rows: 10,
    round: 1,
    outcome: { sample },
  });
  const report: Report = {
    version: 1,
    at: "now",
    commit: "abc",
    machine: { cpu: "a", cores: 2, node: "v24", system: "b", load: 0 },
    seed: 1,
    ...summarise([
      measured(subject("y1", "yardsticks"), { local: 100 }),
      measured(subject("own", "ourselves"), { sync: 50, changesMs: 3 }),
      measured(subject("yjs", "peers"), { sync: 70 }),
    ]),
  };
  expect(entryOf(report).values).toEqual({ "own 10 sync": 0.5, "own 10 changesMs": 3 });
});

test("what is appended is read back, and a damaged line is named", () => {
  const path = join(folder, "deep", "history.jsonl");
  expect(readHistory(path)).toEqual([]);
  append(path, entry("1", { "own 10 sync": 1 }));
  append(path, entry("2", {}));
  expect(readHistory(path).map(({ at }) => at)).toEqual(["1", "2"]);
  writeFileSync(path, '{"at":"1"}\n{"at"');
  expect(() => readHistory(path)).toThrow("history.jsonl, line 2 is no JSON");
});
