import { describe, expect, test } from "vitest";
import type { KeyedRegistersState } from "../parts/keyed-registers.ts";
import { dotMapInternals, entryInternals } from "../testing/internals.ts";
import { latest } from "../testing/latest.ts";
import { type Done, testType } from "../testing/type-tests.ts";
import { LWWMap } from "./lww-map.ts";

type Op = { readonly key: number; readonly value: number | undefined; readonly stamp: number };

// A key reads the latest of its writes that no write or delete of it has seen.
function read(done: readonly Done<Op>[], key: number): number | undefined {
  const ours = done.filter(({ op }) => op.key === key);
  const live = ours.filter(({ op, id }) => op.value !== undefined && !ours.some((one) => one.saw.has(id)));
  return latest(live)?.op.value;
}

describe("LWWMap", () => {
  testType<LWWMap<number, number>, KeyedRegistersState<number, number>, Op>({
    create: (node) => new LWWMap(node),
    mutate: (map, choice) => {
      const op = { key: choice % 3, value: choice < 16 ? choice : undefined, stamp: 1 + (choice % 4) };
      return [op, op.value === undefined ? map.delete(op.key) : map.set(op.key, op.value, op.stamp)];
    },
    merge: (map, state) => map.merge(state),
    state: (map) => map.state,
    read: (map) => [[0, 1, 2].map((key) => map.get(key) ?? null), map.size],
    internals: (state) => dotMapInternals(state, entryInternals),
    meaning: (done) => {
      const values = [0, 1, 2].map((key) => read(done, key) ?? null);
      return [values, values.filter((value) => value !== null).length];
    },
  });

  test("a set wins against a delete that did not see it, however early its stamp", () => {
    const [a, b] = [new LWWMap<string, string>("a"), new LWWMap<string, string>("b")];
    b.merge(a.set("theme", "dark", 900));
    const gone = b.delete("theme");
    a.set("theme", "light", 1);
    a.merge(gone);
    expect([...a.entries()]).toEqual([["theme", "light"]]);
    expect([b.has("theme"), b.size]).toEqual([false, 0]);
  });

  test("shows what lost until somebody decides", () => {
    const [a, b] = [new LWWMap<string, string>("a"), new LWWMap<string, string>("b")];
    a.set("theme", "dark", 1);
    b.merge(a.state);
    a.set("theme", "red", 3);
    a.merge(b.set("theme", "blue", 2));
    expect([a.get("theme"), a.siblings("theme").map(({ value }) => value)]).toEqual(["red", ["red", "blue"]]);
    a.set("theme", "violet", 1);
    expect([a.get("theme"), a.siblings("theme").length]).toEqual(["violet", 1]);
  });

  test("leaves nothing behind of what was deleted", () => {
    const map = new LWWMap<number, number>("a");
    for (let i = 0; i < 100; i++) {
      map.set(i, i, 1);
      map.delete(i);
    }
    expect([...map.state.cells, map.state.context.toJSON()]).toEqual([{ a: [100] }]);
  });

  test("keys named like members of objects are keys", () => {
    const map = new LWWMap<string, number>("a");
    map.set("__proto__", 1, 1);
    expect([map.get("__proto__"), map.get("constructor")]).toEqual([1, undefined]);
  });
});
