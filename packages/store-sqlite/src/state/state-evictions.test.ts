import type { Intent } from "@jarvis-crdt/store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nothingCaptured } from "./state.ts";
import { add, digestOf, edit, key, States, show } from "./testing/states.ts";

let states: States;
beforeEach(() => {
  states = new States();
});
afterEach(() => states[Symbol.dispose]());

describe("an evicted row", () => {
  test("is hidden here, keeps receiving, and comes back on demand", () => {
    const [a, b] = [states.open(1), states.open(2)];
    const row = states.uid();
    a.commit({ intents: [add(row, "p", "x")] });
    states.sync(a, b);
    show(b);
    b.archive.capture({ ...nothingCaptured, evicted: [key(row)] });
    expect(b.archive.view(key(row))).toBeUndefined();
    expect(b.archive.hasWork()).toBe(false);
    a.commit({ intents: [edit(row, "y")] });
    states.sync(a, b);
    expect(show(b)).toEqual([undefined]);
    expect(digestOf(a)).toBe(digestOf(b));
    expect([b.evictions.count, b.evictions.first("entries", 10)]).toEqual([1, [key(Buffer.from(row))]]);
    expect(b.evictions.undo([key(states.uid()), key(row)])).toEqual([key(row)]);
    expect(b.evictions.count).toBe(0);
    expect(show(b)).toEqual([["p", 0, "y"]]);
    expect(b.evictions.undo([key(row)])).toEqual([]);
    expect(b.archive.hasWork()).toBe(false);
  });

  test("comes back when the application inserts it again", () => {
    const file = states.open(1, {
      tables: [{ name: "settings", kind: "map", groups: [{ name: "all", columns: ["value"] }] }],
    });
    const row = states.uid();
    const setting: Intent = { kind: "row.add", table: "settings", uid: row, hint: null, values: ["one"] };
    states.capture(file, setting);
    file.archive.capture({ ...nothingCaptured, evicted: [{ table: "settings", uid: row }] });
    states.capture(file, { ...setting, values: ["two"] });
    expect(file.archive.view({ table: "settings", uid: row })?.values).toEqual(["two"]);
  });
});
