import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { snapshotTypes } from "../../vectors/make-snapshot-vectors.ts";
import { picker, play, type Type, types } from "../../vectors/make-type-vectors.ts";
import { GCounter } from "../containers/g-counter.ts";
import { ORMap } from "../containers/or-map.ts";
import { ORSet } from "../containers/or-set.ts";
import { CrdtError } from "../error.ts";
import { codeOf } from "../testing/code-of.ts";
import type { Value } from "../value.ts";
import { decodeSnapshot, encodeSnapshot, type SnapshotType } from "./snapshot.ts";
import "../testing/seed.ts";

// A soak of some minutes: SNAPSHOT_RUNS=5000.
const runs = Number(process.env.SNAPSHOT_RUNS ?? 12);
const firstSeed = Number(process.env.TYPE_SEED ?? 1);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const all = Object.entries(types).map(([name, type]): [SnapshotType, Type] => [snapshotTypes[name]!, type]);
const encode = (type: SnapshotType, state: unknown) => encodeSnapshot(type, state as never);

/** Reads it, and expects that it is written alike; the code where it is refused. */
function accept(type: SnapshotType, bytes: Uint8Array): unknown {
  const state = decodeSnapshot(type, bytes);
  expect(hex(encode(type, state))).toBe(hex(bytes));
  return state;
}

describe.each(all)("%s", (type, { create, read }) => {
  const { draw } = all.find(([name]) => name === type)![1];
  const history = (seed: number) => play({ create, read, draw }, picker(seed));
  const merged = (...states: readonly unknown[]) => {
    const container = create("reader");
    for (const state of states) container.merge(state);
    return container;
  };

  test("states and deltas come back as they were, and one state has one snapshot", {
    timeout: 600_000,
  }, () => {
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      const { containers, deltas } = history(seed);
      for (const delta of deltas) {
        const back = accept(type, encode(type, delta));
        expect(read(merged(back))).toEqual(read(merged(delta)));
      }
      const states = containers.map((one) => one.state);
      const snapshots = states.map((state) => encode(type, state));
      const back = snapshots.map((bytes) => accept(type, bytes));
      back.forEach((state, i) => {
        expect(read(merged(state))).toEqual(read(containers[i]!));
        expect(hex(encode(type, merged(state).state))).toBe(hex(snapshots[i]!));
      });
      const [a, b, c] = states;
      const everything = hex(encode(type, merged(a, b, c).state));
      expect(hex(encode(type, merged(c, a, b, c).state))).toBe(everything);
      expect(hex(encode(type, merged(...[...back].reverse()).state))).toBe(everything);
    }
  });

  test("bytes that were changed are refused with a code, or are the snapshot of another state", {
    timeout: 600_000,
  }, () => {
    const { containers, deltas } = history(3);
    const samples = [...containers.map((one) => one.state), ...deltas.slice(0, 3)].map((one) =>
      encode(type, one),
    );
    let accepted = 0;
    const change = fc.record({
      which: fc.nat(samples.length - 1),
      edits: fc.array(
        fc.record({
          at: fc.nat(),
          byte: fc.oneof(fc.nat(255), fc.nat(3)),
          how: fc.constantFrom("set", "insert", "delete", "cut"),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    });
    fc.assert(
      fc.property(change, ({ which, edits }) => {
        let bytes = [...samples[which]!];
        for (const { at, byte, how } of edits) {
          const place = bytes.length === 0 ? 0 : at % bytes.length;
          if (how === "set") bytes[place] = byte;
          else if (how === "insert") bytes.splice(place, 0, byte);
          else if (how === "delete") bytes.splice(place, 1);
          else bytes = bytes.slice(0, place);
        }
        try {
          const container = merged(accept(type, Uint8Array.from(bytes)));
          read(container);
          accepted++;
        } catch (error) {
          if (!(error instanceof CrdtError)) throw error;
        }
      }),
      { numRuns: runs * 25 },
    );
    expect(accepted).toBeGreaterThan(0);
  });
});

test("every kind of value and every form of name comes back", () => {
  const set = new ORSet<Value>("größe \u{10000}");
  const values: Value[] = [
    null,
    true,
    -0,
    0,
    "",
    "007",
    7,
    2n ** 62n,
    Number.NaN,
    [1, { a: "\uffff" }],
    new Uint8Array([255]),
  ];
  for (const value of values) set.add(value);
  for (const name of ["\uffff", "\u{10000}", "a", ""]) {
    const other = new ORSet<Value>(name);
    set.merge(other.add(name));
  }
  const state = accept("or_set", encodeSnapshot("or_set", set.state));
  const back = new ORSet<Value>("b");
  back.merge(state as typeof set.state);
  expect(back.size).toBe(set.size);
  for (const value of values) expect(back.has(value)).toBe(true);
});

test("maps nest maps", () => {
  const create = (node: string) =>
    new ORMap<string, ORMap<string, GCounter>>(
      node,
      (outer) => new ORMap(outer, (inner) => new GCounter(inner)),
    );
  const [a, b] = [create("a"), create("b")];
  const [first, second] = [a, b].map((map, i) =>
    map.update("x", (inner) => inner.update("y", (counter) => counter.increment(i + 2))),
  );
  a.merge(second!);
  b.merge(first!);
  a.update("x", (inner) => inner.update("y", (counter) => counter.increment(10)));
  const type = "or_map:or_map:g_counter";
  const back = create("c");
  back.merge(accept(type, encodeSnapshot(type, a.state as never)) as typeof a.state);
  expect(back.get("x")?.get("y")?.value).toBe(15);
});

test("what no replica can have made is not written", () => {
  const dot = { log: "a", seq: 1 };
  const { context } = new ORSet("a").state;
  const wrong: readonly (readonly [SnapshotType, unknown])[] = [
    ["g_counter", [["a", { seq: 1, sum: -1 }]]],
    [
      "g_counter",
      [
        ["a", { seq: 1, sum: 1 }],
        ["a", { seq: 1, sum: 1 }],
      ],
    ],
    ["or_set", { cells: [["x", [dot]]], context, whole: true }],
    ["lww_register", { entries: [{ dot, stamp: 1, value: 1 }], context }],
    ["g_set", ["x".repeat(1100)]],
    ["g_set", ["\ud800"]],
    ["time_series", [[0, "a", { seq: 1, sum: Number.NaN, min: 0, max: 0 }]]],
    ["no_type" as never, []],
    ["or_map:no_type", []],
    [`${"or_map:".repeat(9)}g_set` as SnapshotType, []],
    ["constructor" as never, []],
  ];
  for (const [type, state] of wrong) {
    expect(
      codeOf(() => encode(type, state)),
      `${type} ${JSON.stringify(state)}`,
    ).not.toBe("accepted");
  }
});
