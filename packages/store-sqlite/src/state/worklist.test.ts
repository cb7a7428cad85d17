import type { Intent } from "@jarvis-crdt/store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nothingCaptured } from "./state.ts";
import { add, edit, key, remove, States, show, verify } from "./testing/states.ts";

let states: States;
beforeEach(() => {
  states = new States();
});
afterEach(() => states[Symbol.dispose]());

describe("the worklist", () => {
  test("has what came from elsewhere, once, and nothing after it was shown", () => {
    const [a, b] = [states.open(1), states.open(2)];
    const row = states.uid();
    a.commit({ intents: [add(row, "p", "x")] });
    states.sync(a, b);
    expect(b.archive.hasWork()).toBe(true);
    expect(show(b)).toEqual([["p", 0, "x"]]);
    expect(b.archive.hasWork()).toBe(false);
    const { stamp } = b.archive.view(key(row))!;
    a.commit({ intents: [verify(row, "ok"), edit(row, "y")] });
    states.sync(a, b);
    expect(b.archive.view(key(row))?.stamp).toBe(stamp);
    expect(show(b)).toEqual([["ok", 1, "y"]]);
    a.commit({ intents: [remove(row)] });
    states.sync(a, b);
    expect(show(b)).toEqual([undefined]);
    expect(b.archive.hasWork()).toBe(false);
  });

  test("returns whole transactions as far as the limit allows", () => {
    const file = states.open(1);
    for (let i = 0; i < 3; i++)
      file.commit({ intents: [add(states.uid(), "p", "1"), add(states.uid(), "p", "2")] });
    expect(file.archive.worklist(5).rows.length).toBe(4);
    expect(file.archive.worklist(6).rows.length).toBe(6);
    expect(file.archive.worklist(1).rows.length).toBe(2);
    expect(show(file, 4).length).toBe(4);
    expect(show(file, 4).length).toBe(2);
    expect(file.archive.hasWork()).toBe(false);
  });

  test("slices a transaction that is larger than the limit between its batches", () => {
    const file = states.open(1);
    file.commit({ intents: Array.from({ length: 2500 }, () => add(states.uid(), "p", "x")) });
    const sizes = [show(file, 100).length, show(file, 1400).length, show(file, 5000).length];
    expect(sizes).toEqual([1000, 1000, 500]);
    expect(file.archive.hasWork()).toBe(false);
  });

  test("names a row once, however often it changed", () => {
    const [a, b] = [states.open(1), states.open(2)];
    const row = states.uid();
    a.commit({ intents: [add(row, "p", "x")] });
    for (let i = 0; i < 5; i++) a.commit({ intents: [edit(row, `text ${i}`)] });
    states.sync(a, b);
    expect(show(b)).toEqual([["p", 0, "text 4"]]);
    expect(b.archive.hasWork()).toBe(false);
  });

  test("a change after the plan is not confirmed with it", () => {
    const [a, b] = [states.open(1), states.open(2)];
    const row = states.uid();
    a.commit({ intents: [add(row, "p", "x")] });
    states.sync(a, b);
    show(b);
    a.commit({ intents: [edit(row, "planned")] });
    states.sync(a, b);
    const { through } = b.archive.worklist(10);
    b.archive.intend("n", through);
    a.commit({ intents: [edit(row, "later")] });
    states.sync(a, b);
    b.archive.confirm();
    expect(show(b)).toEqual([["p", 0, "later"]]);
    expect(b.archive.hasWork()).toBe(false);
  });

  test("a plan that was not carried out is made again", () => {
    const [a, b] = [states.open(1), states.open(2)];
    const row = states.uid();
    a.commit({ intents: [add(row, "p", "x")] });
    states.sync(a, b);
    b.archive.intend("lost", b.archive.worklist(10).through);
    expect(b.archive.nonces()).toEqual({ intended: "lost", confirmed: undefined });
    b.archive.intend("second", b.archive.worklist(10).through);
    b.archive.confirm();
    expect(b.archive.nonces()).toEqual({ intended: undefined, confirmed: "second" });
    expect(b.archive.hasWork()).toBe(false);
  });

  test("outlives a restart between intention and confirmation", () => {
    const [a, b] = [states.open(1), states.open(2)];
    const row = states.uid();
    a.commit({ intents: [add(row, "p", "x")] });
    states.sync(a, b);
    b.archive.intend("n", b.archive.worklist(10).through);
    a.commit({ intents: [edit(row, "later")] });
    states.sync(a, b);
    b.abandon();
    const again = states.open(2);
    expect(again.archive.nonces().intended).toBe("n");
    again.archive.confirm();
    expect(show(again)).toEqual([["p", 0, "later"]]);
  });
});

test("of a row that was shown a plan holds what has changed since", () => {
  const [a, b] = [states.open(1), states.open(2)];
  const row = states.uid();
  const { dots } = a.commit({ intents: [add(row, "p", "x")] });
  states.sync(a, b);
  show(b);
  a.commit({ intents: [verify(row, "ok")] });
  states.sync(a, b);
  const stamp = a.archive.view(key(row))?.stamp;
  expect(b.archive.change(key(row))).toEqual({
    ...key(row),
    dot: dots[0],
    stamp,
    changed: ["ok", 1, undefined],
  });
  expect(b.archive.view(key(row))?.values).toEqual(["ok", 1, "x"]);
  show(b);
  expect(b.archive.change(key(row))).toBeUndefined();
});

test("a view tells author, stamp and hint of the first live add", () => {
  const file = states.open(1);
  const row = states.uid();
  const { dots } = file.commit({ intents: [{ ...add(row, "p", "x"), base: true } as Intent] });
  const view = file.archive.view(key(row));
  expect([view?.dot, view?.stamp, view?.hint]).toEqual([dots[0], "base", 5]);
});

test("a plan takes large rows in portions that fit into memory", () => {
  const [a, b] = [states.open(1), states.open(2)];
  const fitting = "x".repeat(60_000);
  for (let i = 0; i < 40; i++)
    a.commit({ intents: Array.from({ length: 20 }, () => add(states.uid(), "p", fitting)) });
  states.sync(a, b);
  const next = () => {
    const { batches, rows, more } = b.archive.planPacked({
      nonce: "n",
      captured: nothingCaptured,
      maxRows: 5000,
      also: [],
    });
    b.archive.confirm();
    return [batches.length + rows.length, more];
  };
  expect([next(), next()]).toEqual([
    [27 * 5, true],
    [13 * 5, false],
  ]);

  const large = "x".repeat(1 << 20);
  const uids = Array.from({ length: 40 }, () => states.uid());
  for (const row of uids) a.commit({ intents: [add(row, "p", large)] });
  states.sync(a, b);
  expect([next(), next()]).toEqual([
    [32, true],
    [8, false],
  ]);

  for (const row of uids) a.commit({ intents: [edit(row, `${large}y`)] });
  states.sync(a, b);
  expect([next(), next()]).toEqual([
    [32, true],
    [8, false],
  ]);
  expect(b.archive.hasWork()).toBe(false);
});
