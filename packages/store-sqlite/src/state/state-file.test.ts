import { statSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { add, States, show } from "./testing/states.ts";

let states: States;
beforeEach(() => {
  states = new States();
});
afterEach(() => states[Symbol.dispose]());

test("a failed commit among others leaves no trace, also of new objects", () => {
  const file = states.open(1);
  const results = file.commitAll([
    { intents: [{ kind: "counter.add", object: "a", by: 1 }] },
    {
      intents: [
        { kind: "counter.add", object: "b", by: 1 },
        { kind: "counter.add", object: "b", by: 0.5 },
      ],
    },
    { intents: [{ kind: "counter.add", object: "b", by: 2 }] },
  ]);
  expect(results.map((one) => one instanceof Error)).toEqual([false, true, false]);
  expect([file.counter("a"), file.counter("b")]).toEqual([1, 2]);
  expect(file.counts().operations).toBe(2);
});

test("a node that learns a table interprets what waited for it", () => {
  const a = states.open(1);
  const b = states.open(2, { tables: [] });
  const row = states.uid();
  a.commit({ intents: [add(row, "p", "x")] });
  states.sync(a, b);
  expect(b.counts().quarantined).toBe(1);
  b.close();
  const again = states.open(2);
  expect(again.counts().quarantined).toBe(0);
  expect(show(again)).toEqual([["p", 0, "x"]]);
});

test("a new state file and what stands beside it is for its owner alone", () => {
  const file = states.open(1);
  file.commit({ intents: [{ kind: "counter.add", object: "a", by: 1 }] });
  const path = states.path(1);
  for (const one of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(one).mode & 0o077, one).toBe(0);
});
