import { expect, it } from "vitest";
import type { ObjectCell } from "../store.ts";
import { acknowledgementsOf, decodeInterpreted, encodeInterpreted } from "./acknowledgement.ts";

const [a, b] = ["00000001-0000-4000-8000-000000000000", "00000002-0000-4000-8000-000000000000"];
const log = (node: string, n = 0) => `${node}:000000000000000${n}`;
const said = new Map([
  [log(b), { after: 0, through: 300 }],
  [log(a), { after: 3, through: 7 }],
]);

it("comes back as it was said, logs in order", () => {
  const bytes = encodeInterpreted(said);
  expect([...decodeInterpreted(bytes)!]).toEqual([...said].reverse());
});

it.each([
  ["no bytes", "text"],
  ["too short", encodeInterpreted(said).slice(0, -1)],
  ["too long", Uint8Array.of(...encodeInterpreted(said), 0)],
  ["a count beyond its bytes", Uint8Array.of(0x80, 0x80, 0x04)],
])("says nothing: %s", (_, value) => {
  expect(decodeInterpreted(value)).toBeUndefined();
});

it("counts what a node said of itself last, and nothing that others said of it", () => {
  const value = encodeInterpreted(said);
  const cell = (key: string, ...entries: { node: string; stamp: number; n?: number }[]): ObjectCell => ({
    type: "keyed",
    key,
    entries: entries.map(({ node, stamp, n }) => ({ dot: { log: log(node, n), seq: 1 }, stamp, value })),
  });
  expect(acknowledgementsOf([cell(a, { node: b, stamp: 9 })])).toEqual([]);
  const [last] = acknowledgementsOf([
    cell(a, { node: a, stamp: 8, n: 1 }, { node: a, stamp: 5 }, { node: b, stamp: 9 }),
  ]);
  expect(last).toMatchObject({ node: a, dot: { log: log(a, 1) } });
  expect(acknowledgementsOf([{ type: "keyed", key: a, entries: [] }])).toEqual([]);
});
