import type { Value } from "@jarvis-crdt/crdt";
import { partMark } from "../engine/object.ts";
import type { Store } from "../store.ts";
import { assert, assertEqual, assertRejects, type Check, hex } from "./check.ts";
import { type ConformanceOptions, logOf, World } from "./world.ts";

/** Counters, registers and sets. */
export function namedObjectChecks(options: ConformanceOptions): readonly Check[] {
  return [
    {
      name: "what nobody wrote is unknown",
      run: () =>
        World.run(options, 1, async (_, store) => {
          assertEqual(await store.counter("c"), undefined, "the counter");
          assertEqual(await store.register("r"), undefined, "the register");
          assertEqual(await store.set("s"), undefined, "the set");
        }),
    },
    {
      name: "concurrent increments add up, and none counts twice",
      run: () =>
        World.run(options, 3, async (world, a, b, c) => {
          await a.commit({ intents: [add(5), add(-2)] });
          await b.commit({ intents: [add(10)] });
          await world.syncAll();
          for (const store of [a, b, c]) assertEqual(await store.counter("c"), 13, "the counter");
          const again = await world.batches(a, await logOf(a));
          assertEqual((await c.apply(again)).stored, 0, "batches stored again");
          assertEqual(await c.counter("c"), 13, "the counter after a duplicate");
          await world.assertSameDigests();
        }),
    },
    {
      name: "an increment beyond the safe integers is refused and leaves nothing",
      run: () =>
        World.run(options, 1, async (_, store) => {
          await store.commit({ intents: [add(Number.MAX_SAFE_INTEGER)] });
          await assertRejects(store.commit({ intents: [add(-1), add(1), add(1)] }), "overflow");
          assertEqual(await store.counter("c"), Number.MAX_SAFE_INTEGER, "the counter");
          await store.commit({ intents: [add(-7)] });
          assertEqual(await store.counter("c"), Number.MAX_SAFE_INTEGER - 7, "the counter");
        }),
    },
    {
      name: "concurrent writes of a register are siblings until somebody who saw them writes",
      run: () =>
        World.run(options, 2, async (world, a, b) => {
          await a.commit({ intents: [set("from a")] });
          world.wait(5);
          await b.commit({ intents: [set("from b")] });
          await world.syncAll();
          for (const store of [a, b]) {
            const state = await store.register("r");
            assertEqual([state?.value, state?.siblings], ["from b", 2], "the register");
            assertEqual((await store.counts()).conflicts, 1, "open conflicts");
          }
          await world.assertSameDigests();
          await a.commit({ intents: [set({ resolved: [1, null, true] })] });
          await world.syncAll();
          for (const store of [a, b]) {
            const state = await store.register("r");
            assertEqual([state?.value, state?.siblings], [{ resolved: [1, null, true] }, 1], "the register");
            assertEqual((await store.counts()).conflicts, 0, "open conflicts");
          }
          await world.assertSameDigests();
        }),
    },
    {
      name: "concurrent writes of one value are no conflict",
      run: () =>
        World.run(options, 2, async (world, a, b) => {
          await a.commit({ intents: [set("same")] });
          await b.commit({ intents: [set("same")] });
          await world.syncAll();
          assertEqual((await a.register("r"))?.siblings, 2, "siblings");
          assertEqual((await a.counts()).conflicts, 0, "open conflicts");
        }),
    },
    {
      name: "a transaction sees what it wrote before",
      run: () =>
        World.run(options, 1, async (_, store) => {
          const { dots } = await store.commit({ intents: [set(1), set(2), insert("x"), remove("x")] });
          assertEqual((await store.register("r"))?.siblings, 1, "siblings");
          assertEqual((await store.register("r"))?.dot, dots[1], "the dot of the winner");
          assertEqual(await store.set("s"), [], "the set");
        }),
    },
    {
      name: "in a set an add wins against a concurrent remove, and a remove takes what it saw",
      run: () =>
        World.run(options, 2, async (world, a, b) => {
          await a.commit({ intents: [insert("kept"), insert("gone"), insert(7)] });
          await world.syncAll();
          await a.commit({ intents: [remove("kept"), remove("gone")] });
          await b.commit({ intents: [insert("kept")] });
          await world.syncAll();
          for (const store of [a, b]) assertEqual(await members(store), ['"kept"', "7"], "the set");
          await world.assertSameDigests();
        }),
    },
    {
      name: "removing what is not there has no dot and makes no batch",
      run: () =>
        World.run(options, 1, async (_, store) => {
          assertEqual((await store.commit({ intents: [remove("nothing")] })).dots, [null], "the dots");
          assertEqual((await store.counts()).batches, 0, "batches");
        }),
    },
    {
      name: "a remove that arrives before the add it saw kills it on arrival",
      run: () =>
        World.run(options, 3, async (world, a, b, c) => {
          await a.commit({ intents: [insert("x"), set("first")] });
          await world.sync(a, b);
          await b.commit({ intents: [remove("x"), set("second")] });
          await world.send(b, c, await logOf(b));
          assert((await c.register("r"))?.value === "second", "the later write is not there");
          await world.send(a, c, await logOf(a));
          assertEqual(await c.set("s"), [], "the set");
          assertEqual((await c.register("r"))?.siblings, 1, "siblings");
          await world.syncAll();
          await world.assertSameDigests();
        }),
    },
    {
      name: "each key of a keyed object is a register of its own, and a remove takes the writes it saw",
      run: () =>
        World.run(options, 2, async (world, a, b) => {
          await a.commit({ intents: [setKey("theme", "dark"), setKey("size", 1), setKey("gone", null)] });
          await world.syncAll();
          await a.commit({ intents: [removeKey("theme"), removeKey("gone"), setKey("size", 2)] });
          await b.commit({ intents: [setKey("theme", "light"), setKey("size", 3)] });
          await world.syncAll();
          for (const store of [a, b]) {
            assertEqual(await valuesUnder(store, "theme"), ["light"], "a set wins against a remove");
            assertEqual(await valuesUnder(store, "size"), [2, 3], "siblings");
            assertEqual(await valuesUnder(store, "gone"), [], "a removed key");
            assertEqual((await store.cells({ type: "keyed", name: "k" })).length, 2, "cells");
            assertEqual((await store.counts()).conflicts, 1, "open conflicts");
          }
          await world.assertSameDigests();
        }),
    },
    {
      name: "a remove of a key that arrives before the write it saw kills it on arrival",
      run: () =>
        World.run(options, 3, async (world, a, b, c) => {
          await a.commit({ intents: [setKey("x", 1)] });
          await world.sync(a, b);
          await b.commit({ intents: [removeKey("x"), removeKey("y")] });
          await world.send(b, c, await logOf(b));
          await world.send(a, c, await logOf(a));
          assertEqual(await valuesUnder(c, "x"), [], "the key");
          await world.syncAll();
          await world.assertSameDigests();
        }),
    },
    {
      name: "what is appended stands in the order of time, each under a key of its own",
      run: () =>
        World.run(options, 2, async (world, a, b) => {
          const append = (value: Value) => ({ kind: "keyed.append", object: "k", value }) as const;
          await b.commit({ intents: [append("first")] });
          world.wait(5);
          await a.commit({ intents: [append("second"), append("second")] });
          await world.syncAll();
          for (const store of [a, b]) {
            const cells = await store.cells({ type: "keyed", name: "k" });
            const keys = cells.map((cell) => (cell.type === "keyed" ? hex(cell.key as Uint8Array) : ""));
            const values = cells.map((cell) => (cell.type === "keyed" ? cell.entries[0]?.value : undefined));
            const inOrder = keys
              .map((key, i) => [key, values[i]] as const)
              .sort(([x], [y]) => (x < y ? -1 : 1));
            assertEqual(
              inOrder.map(([, value]) => value),
              ["first", "second", "second"],
              "the log",
            );
          }
        }),
    },
    {
      name: "the objects are those that somebody wrote, with the cells they hold",
      run: () =>
        World.run(options, 2, async (world, a, b) => {
          await a.commit({ intents: [remove("nothing"), removeKey("nothing")] });
          assertEqual(await a.objects(), [], "objects before anything was written");
          await a.commit({ intents: [add(2), set("v"), insert("e"), setKey("k", 1)] });
          await b.commit({ intents: [add(3)] });
          await world.syncAll();
          const named = [
            { type: "counter", name: "c" },
            { type: "keyed", name: "k" },
            { type: "register", name: "r" },
            { type: "set", name: "s" },
          ];
          for (const store of [a, b]) {
            assertEqual(await store.objects(), named, "objects");
            assertEqual(await store.objects("k"), named.slice(1, 2), "the object of a name");
            const sums = (await store.cells({ type: "counter", name: "c" })).map((cell) =>
              cell.type === "counter" ? cell.sum : 0,
            );
            assertEqual(sums.sort(), [2, 3], "the parts of the counter");
            const [register] = await store.cells({ type: "register", name: "r" });
            assert(register?.type === "register" && register.entries[0]?.value === "v", "the register");
            assertEqual(await store.cells({ type: "set", name: "c" }), [], "a set that nobody wrote");
          }
        }),
    },
    {
      name: "the parts of an object are found below its name, each once",
      run: () =>
        World.run(options, 1, async (_, store) => {
          const parts = [
            "x",
            `x${partMark}b`,
            `x${partMark}b${partMark}1`,
            `x${partMark}b${partMark}2`,
            `x${partMark}c`,
          ];
          const others = ["xx", `x ${partMark}b`, `y${partMark}b`];
          await store.commit({
            intents: [...parts, ...others].map((object) => ({ kind: "counter.add", object, by: 1 })),
          });
          const names = async (name: string) => (await store.objects(name)).map((one) => one.name);
          assertEqual(await names("x"), ["x", `x${partMark}b`, `x${partMark}c`], "below x");
          assertEqual(await names(`x${partMark}b`), parts.slice(1, 4), "below b");
          assertEqual((await store.objects()).length, parts.length + others.length, "all");
        }),
    },
    {
      name: "one name may be a counter, a register and a set",
      run: () =>
        World.run(options, 1, async (_, store) => {
          await store.commit({
            intents: [
              { kind: "counter.add", object: "x", by: 1 },
              { kind: "register.set", object: "x", value: "v" },
              { kind: "set.add", object: "x", element: "e" },
            ],
          });
          assertEqual(await store.counter("x"), 1, "the counter");
          assertEqual((await store.register("x"))?.value, "v", "the register");
          assertEqual(await store.set("x"), ["e"], "the set");
        }),
    },
  ];
}

function add(by: number) {
  return { kind: "counter.add", object: "c", by } as const;
}

function set(value: Value) {
  return { kind: "register.set", object: "r", value } as const;
}

function insert(element: Value) {
  return { kind: "set.add", object: "s", element } as const;
}

function remove(element: Value) {
  return { kind: "set.remove", object: "s", element } as const;
}

function setKey(key: Value, value: Value) {
  return { kind: "keyed.set", object: "k", key, value } as const;
}

function removeKey(key: Value) {
  return { kind: "keyed.remove", object: "k", key } as const;
}

async function valuesUnder(store: Store, key: Value): Promise<readonly Value[]> {
  const [cell] = await store.cells({ type: "keyed", name: "k" }, key);
  return cell?.type === "keyed" ? cell.entries.map(({ value }) => value) : [];
}

async function members(store: Store): Promise<string[]> {
  return ((await store.set("s")) ?? []).map((value) => JSON.stringify(value)).sort();
}
