import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nothingCaptured } from "./state.ts";
import { add, digestOf, edit, key, remove, States, show, verify } from "./testing/states.ts";

let states: States;
beforeEach(() => {
  states = new States();
});
afterEach(() => states[Symbol.dispose]());

/** Two states that have a row, which the archive of the second shows. */
function twoThatShow() {
  const [a, b] = [states.open(1), states.open(2)];
  const row = states.uid();
  a.commit({ intents: [add(row, "p", "x")] });
  states.sync(a, b);
  show(b);
  return { a, b, row };
}

describe("a captured write", () => {
  test("counts as shown, but for the row's stamps", () => {
    const file = states.open(1);
    const row = states.uid();
    states.capture(file, add(row, "p", "x"));
    expect(show(file)).toEqual([["p", 0, "x"]]);
    states.capture(file, verify(row, "ok"));
    expect(file.archive.hasWork()).toBe(false);
    states.capture(file, remove(row));
    expect(file.archive.hasWork()).toBe(false);
    expect(file.archive.view(key(row))).toBeUndefined();
  });

  test("names what the archive showed, not what came meanwhile", () => {
    const { a, b, row } = twoThatShow();
    a.commit({ intents: [verify(row, "from a")] });
    states.sync(a, b);
    states.capture(b, verify(row, "by hand"));
    states.sync(b, a);
    for (const file of [a, b]) {
      expect(file.row(row)?.conflicts).toBe(1);
      expect(file.row(row)?.values.get("status")).toBe("by hand");
    }
    expect(show(b)).toEqual([["by hand", 1, "x"]]);
    states.capture(b, verify(row, "settled"));
    expect(b.row(row)?.conflicts).toBe(0);
    states.sync(b, a);
    expect(digestOf(a)).toBe(digestOf(b));
  });

  test("after a captured write the next one names that, while the other's change still waits", () => {
    const { a, b, row } = twoThatShow();
    a.commit({ intents: [verify(row, "from a")] });
    states.sync(a, b);
    states.capture(b, verify(row, "first"));
    states.capture(b, verify(row, "second"), edit(row, "y"));
    expect(b.row(row)?.conflicts).toBe(1);
    expect(show(b)).toEqual([["second", 1, "y"]]);
  });

  test("of a row that a slice has shown names what the slice showed, although a later entry waits", () => {
    const [a, b] = [states.open(1), states.open(2)];
    const row = states.uid();
    a.commit({ intents: [add(row, "p", "x")] });
    for (let i = 0; i < 3; i++) a.commit({ intents: [add(states.uid(), "p", "filler")] });
    states.sync(a, b);
    const other = states.open(3);
    states.sync(a, other);
    other.commit({ intents: [edit(row, "edited")] });
    states.sync(other, b);
    expect(show(b, 1)).toEqual([["p", 0, "edited"]]);
    states.capture(b, edit(row, "by hand"));
    expect(b.row(row)?.conflicts).toBe(0);
    while (b.archive.hasWork()) show(b);
    expect(b.archive.view(key(row))?.values).toEqual(["p", 0, "by hand"]);
  });

  test("to a row that is removed elsewhere does not revive it", () => {
    const { a, b, row } = twoThatShow();
    a.commit({ intents: [remove(row)] });
    states.sync(a, b);
    states.capture(b, edit(row, "late"));
    expect(show(b)).toEqual([undefined]);
    states.sync(b, a);
    expect(digestOf(a)).toBe(digestOf(b));
  });

  test("that inserts a row which exists unseen leaves both, and the later is shown", () => {
    const [a, b] = [states.open(1), states.open(2)];
    const row = states.uid();
    a.commit({ intents: [add(row, "from a", "a")] });
    states.sync(a, b);
    states.capture(b, add(row, "by hand", "b"));
    expect(b.row(row)?.conflicts).toBe(2);
    expect(show(b)).toEqual([["by hand", 0, "b"]]);
    states.capture(b, edit(row, "settled"));
    expect(b.row(row)?.conflicts).toBe(1);
  });

  test("is drained once", () => {
    const file = states.open(1);
    const entries = [
      { id: 1, token: states.random.bytes(16) },
      { id: 2, token: states.random.bytes(16) },
    ];
    expect(file.archive.drained(entries).size).toBe(0);
    file.archive.capture({ ...nothingCaptured, entries: entries.slice(0, 1) });
    expect([...file.archive.drained(entries)]).toEqual([1]);
    expect(file.archive.drained([{ id: 1, token: states.random.bytes(16) }]).size).toBe(0);
  });

  test("rolls back with the transaction around it", () => {
    const file = states.open(1);
    const row = states.uid();
    const entry = { id: 1, token: states.random.bytes(16) };
    expect(() =>
      file.archive.transaction(() => {
        file.archive.capture({
          intents: [add(row, "p", "x")],
          times: [states.now],
          entries: [entry],
          evicted: [],
        });
        throw new Error("the archive is full");
      }),
    ).toThrow("full");
    expect(file.counts().operations).toBe(0);
    expect(file.archive.drained([entry]).size).toBe(0);
    expect(file.archive.hasWork()).toBe(false);
    states.capture(file, add(row, "p", "x"));
    expect(file.counts().operations).toBe(1);
    expect(file.archive.view(key(row))?.values).toEqual(["p", 0, "x"]);
  });
});
