import { testCrypto } from "@jarvis-crdt/batch/testing";
import type { Value } from "@jarvis-crdt/crdt";
import { MemoryStore, partMark } from "@jarvis-crdt/store";
import { type ConformanceOptions, World } from "@jarvis-crdt/store/conformance";
import { expect, test } from "vitest";
import { Objects } from "./objects.ts";
import { describeTypes } from "./type-name.ts";

const crypto = testCrypto();
const options: ConformanceOptions = {
  ...crypto,
  keeps: false,
  make: (setup) => new MemoryStore({ ...setup, ...crypto }),
};

function withObjects(run: (world: World, a: Objects, b: Objects) => Promise<void>): Promise<void> {
  return World.run(options, 2, (world) => {
    const [a, b] = world.stores.map(
      (store) => new Objects({ store, hasher: crypto.hasher, random: (n) => world.random.bytes(n) }),
    );
    return run(world, a!, b!);
  });
}

test("a name has the type it was first written with, which need not be said again", () =>
  withObjects(async (world, a, b) => {
    await a.do("stock", "bounded_counter", "increment", 10);
    await world.syncAll();
    await expect(b.do("stock", "g_set", "add", 1)).rejects.toMatchObject({ code: "wrong-type" });
    await expect(b.read("stock", "g_set")).rejects.toMatchObject({ code: "wrong-type" });
    const { type } = await a.update("stock", { operation: "decrement", values: [3] });
    expect(type).toBe("bounded_counter");
    await expect(b.update("other", { operation: "add", values: [1] })).rejects.toMatchObject({
      code: "unknown-object",
    });
    expect(await b.read("other")).toBeUndefined();
  }));

test("two types that one name got at the same time are two objects, on every node, and none is lost", () =>
  withObjects(async (world, a, b) => {
    await a.do("x", "or_set", "add", "a");
    await b.do("x", "pn_counter", "increment", 2);
    await world.syncAll();
    for (const objects of [a, b]) {
      await expect(objects.read("x")).rejects.toMatchObject({ code: "ambiguous-type" });
      await expect(objects.update("x", { operation: "add", values: [1] })).rejects.toMatchObject({
        code: "ambiguous-type",
      });
      expect((await objects.read("x", "or_set"))?.value).toEqual(["a"]);
      expect((await objects.do("x", "pn_counter", "increment")).value).toBe(3);
      expect(await objects.list()).toEqual([
        { name: "x", type: "or_set" },
        { name: "x", type: "pn_counter" },
      ]);
    }
  }));

test("what the contract's counters, registers and sets hold are objects of their types, and the other way round", () =>
  withObjects(async (world, a) => {
    const store = world.stores[0]!;
    await store.commit({ intents: [{ kind: "counter.add", object: "n", by: 2 }] });
    expect((await a.update("n", { operation: "decrement", values: [] })).value).toBe(1);
    expect(await store.counter("n")).toBe(1);
    await a.do("r", "lww_register", "set", "v");
    expect((await store.register("r"))?.value).toBe("v");
    await a.do("s", "or_set", "add", 1, "2");
    expect(await store.set("s")).toEqual(expect.arrayContaining([1, "2"]));
  }));

test("what was emptied keeps its type and reads as empty", () =>
  withObjects(async (_, a) => {
    await a.do("flag", "ew_flag", "enable");
    expect((await a.do("flag", "ew_flag", "disable")).value).toBe(false);
    expect(await a.read("flag")).toEqual({ name: "flag", type: "ew_flag", value: false });
    await a.do("s", "or_set", "add", 1);
    await a.do("s", "or_set", "remove", 1);
    expect(await a.read("s")).toEqual({ name: "s", type: "or_set", value: [] });
  }));

test("two spenders at one node spend what there is once", () =>
  withObjects(async (_, a) => {
    await a.do("quota", "bounded_counter", "increment", 10);
    const spent = await Promise.allSettled(
      Array.from({ length: 6 }, () => a.do("quota", "bounded_counter", "decrement", 3)),
    );
    expect(spent.map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "fulfilled",
      "rejected",
      "rejected",
      "rejected",
    ]);
    const { value } = (await a.read("quota"))!;
    expect(value).toEqual({ value: 1, rights: { "00000000-0000-4000-8000-000000000000": 1 } });
  }));

test("maps nest maps, and what a removed key held is gone when it is made anew", () =>
  withObjects(async (world, a, b) => {
    const map = "or_map:or_map:g_counter";
    await a.do("m", map, "update", "x", "update", "y", "increment", 5);
    await world.syncAll();
    expect((await b.do("m", map, "update", "x", "update", "y", "increment")).value).toEqual([
      ["x", [["y", 6]]],
    ]);
    await b.do("m", map, "remove", "x");
    expect((await b.do("m", map, "update", "x", "update", "z", "increment")).value).toEqual([
      ["x", [["z", 1]]],
    ]);
    await world.syncAll();
    expect((await a.read("m"))?.value).toEqual([["x", [["z", 1]]]]);
  }));

test("a series drops its node's buckets before the window", () =>
  withObjects(async (world, a) => {
    for (let time = 0; time < 20; time++) await a.do("load", "time_series:1:3", "record", time, time);
    const cells = await world.stores[0]!.cells({ type: "keyed", name: `load${partMark}time_series:1:3` });
    expect(cells).toHaveLength(3);
  }));

test.each<[string, string, string, Value[], string]>([
  ["x", "no_type", "add", [1], "unknown-type"],
  ["x", "time_series:60", "record", [1], "unknown-type"],
  ["x", "time_series:060:5", "record", [1], "unknown-type"],
  ["x", "time_series:1:1000000", "record", [1], "unknown-type"],
  ["x", `${"or_map:".repeat(6)}g_set`, "remove", [1], "unknown-type"],
  ["x", "constructor", "add", [1], "unknown-type"],
  ["x", "or_set", "constructor", [1], "unknown-operation"],
  ["x", "or_map:g_set", "update", ["k", "remove", 1], "unknown-operation"],
  ["x", "or_set", "add", [], "invalid-argument"],
  ["x", "g_counter", "increment", [-1], "invalid-argument"],
  ["x", "g_counter", "increment", ["1"], "invalid-argument"],
  ["x", "pn_counter", "increment", [1, 2], "invalid-argument"],
  ["x", "pn_counter", "increment", [0.5], "invalid-argument"],
  ["x", "bounded_counter", "decrement", [1], "no-rights"],
  ["x", "bounded_counter", "transfer", ["me", 1], "invalid-argument"],
  ["x", "max_register", "set", ["a"], "invalid-value"],
  ["x", "ew_flag", "enable", [true], "invalid-argument"],
  ["x", "or_set", "add", ["x".repeat(2000)], "too-large"],
  ["", "or_set", "add", [1], "invalid-name"],
  [`x${partMark}g_set`, "or_set", "add", [1], "invalid-name"],
  ["é".repeat(65), "or_set", "add", [1], "invalid-name"],
])("%s %s %s %j is refused with a code, and leaves nothing", (name, type, operation, values, code) =>
  withObjects(async (_, a) => {
    await expect(a.update(name, { type, operation, values })).rejects.toMatchObject({ code });
    expect(await a.list()).toEqual([]);
  }),
);

test("a name as long as it may be has room for the longest parts", () =>
  withObjects(async (_, a) => {
    const name = "x".repeat(128);
    const node = "00000001-0000-4000-8000-000000000000";
    const map = "or_map:or_map:or_map:or_map:bounded_counter";
    const path = ["update", "k", "update", "k", "update", "k", "update", "k"] as const;
    const [first, ...rest] = path;
    await a.update(name, { type: map, operation: first, values: [...rest, "increment", 5] });
    await a.update(name, { type: map, operation: first, values: [...rest, "transfer", node, 2] });
    expect(await a.list()).toEqual([{ name, type: map }]);
  }));

test("what others make up below a name is no object of this node", () =>
  withObjects(async (world, a) => {
    const object = `x${partMark}tree`;
    await world.stores[0]!.commit({ intents: [{ kind: "counter.add", object, by: 1 }] });
    expect(await a.list()).toEqual([]);
    await a.do("x", "g_counter", "increment");
    expect(await a.list()).toEqual([{ name: "x", type: "g_counter" }]);
  }));

test("every type is described with what one can do to it", () => {
  expect(describeTypes().map(({ type }) => type)).toHaveLength(16);
  for (const { summary, operations } of describeTypes()) {
    expect(summary).not.toBe("");
    expect(operations.length).toBeGreaterThan(0);
  }
});
