import type { Value } from "@jarvis-crdt/crdt";
import type { Store } from "../store.ts";
import { assert, assertEqual, assertRejects, type Check } from "./check.ts";
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

async function members(store: Store): Promise<string[]> {
  return ((await store.set("s")) ?? []).map((value) => JSON.stringify(value)).sort();
}
