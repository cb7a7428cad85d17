import type { Dot, RowCell, RowEntry, Stamp, Value } from "@jarvis-crdt/crdt";
import { expect, test } from "vitest";
import { isLatestBase } from "./rival-bases.ts";

const log = "00000000-0000-4000-8000-000000000001:0000000000000001";

/** Whether `here` is the latest of what was adopted; the first value of each is its time. */
function isLatest(
  here: readonly Value[],
  adopted: readonly (readonly Value[])[],
  stamp: Stamp = "base",
): boolean {
  const entries = adopted.map((_, i): RowEntry => ({ dot: { log, seq: i + 1 }, stamp, adds: [] }));
  const cell: RowCell = { adds: entries.map(({ dot }) => dot) as [Dot], groups: [entries] };
  return isLatestBase(cell, 0, here, 0, ({ dot }) => adopted[dot.seq - 1]!);
}

test.each<[string, boolean, readonly Value[], readonly (readonly Value[])[]]>([
  ["nobody else adopted the row", false, ["2026", "a"], [["2026", "a"]]],
  [
    "all adopted the same",
    false,
    ["2026", "a"],
    [
      ["2026", "a"],
      ["2026", "a"],
    ],
  ],
  [
    "another value is older",
    true,
    ["2026", "a"],
    [
      ["2026", "a"],
      ["2025", "z"],
    ],
  ],
  [
    "another value has no time",
    true,
    ["2026", "a"],
    [
      [null, null],
      ["2026", "a"],
    ],
  ],
  [
    "another value is later",
    false,
    ["2026", "a"],
    [
      ["2026", "a"],
      ["2027", "a"],
    ],
  ],
  [
    "one is older, one is later",
    false,
    ["2026", "a"],
    [
      ["2026", "a"],
      ["2025", "a"],
      ["2027", "a"],
    ],
  ],
  [
    "the times are equal: the greater bytes",
    true,
    ["2026", "b"],
    [
      ["2026", "b"],
      ["2026", "a"],
    ],
  ],
  [
    "the times are equal: not the lesser bytes",
    false,
    ["2026", "a"],
    [
      ["2026", "b"],
      ["2026", "a"],
    ],
  ],
])("%s", (_, expected, here, adopted) => {
  expect(isLatest(here, adopted)).toBe(expected);
});

test("a real write is never overruled", () => {
  expect(isLatest(["2026"], [["2026"], ["2025"]], 5)).toBe(false);
});
