import type { LogId } from "@jarvis-crdt/crdt";
import type { Intent, Store } from "../store.ts";
import { assert, assertEqual, type Check } from "./check.ts";
import { addRow, removeRow, setContent, valuesOf } from "./rows.ts";
import { type ConformanceOptions, logOf, testSchema, World } from "./world.ts";

/** A log that two instances of one node have written, and what becomes of what they wrote. */
export function forkChecks(options: ConformanceOptions): readonly Check[] {
  if (options.continueLog === undefined) return [];
  return [
    {
      name: "a fork is healed: both branches are minted anew once, and everybody agrees",
      run: () =>
        twins(options, async ({ world, one, other, c, log }) => {
          const [first, second, third] = [world.uid(), world.uid(), world.uid()];
          await one.commit({ intents: [addRow(first, ["p", 0, "one"]), count(1), element("x")] });
          await other.commit({ intents: [addRow(second, ["p", 0, "other"]), count(10)] });
          await other.commit({ intents: [setContent(second, "changed"), addRow(third, ["p", 0, "gone"])] });
          await other.commit({ intents: [removeRow(third), register("r")] });
          await world.sync(one, c);
          assertEqual((await world.send(other, c, log)).refused.length, 1, "batches that are refused");
          assertEqual(
            await other.heal(log, await world.branch(c, log, other)),
            true,
            "whether it was healed",
          );
          await world.settle();
          for (const store of [one, other, c]) {
            assertEqual(await valuesOf(store, first), ["p", 0, "one"], "the row of the one");
            assertEqual(await valuesOf(store, second), ["p", 0, "changed"], "the row of the other");
            assertEqual(await store.row(third), undefined, "the row that was removed");
            assertEqual(await store.counter("c"), 111, "the counter");
            assertEqual(await store.set("s"), ["x"], "the set");
            assertEqual((await store.register("r"))?.value, "r", "the register");
            assertEqual((await store.counts()).conflicts, 0, "conflicts");
            const [interval] = await store.voids();
            assertEqual(
              [interval?.log, interval?.from, interval?.isUnsettled, interval?.reason],
              [log, 2, false, "fork"],
              "what is void",
            );
          }
          await world.assertSameDigests();
        }),
    },
    {
      name: "a log that only goes on elsewhere is not abandoned",
      run: () =>
        twins(options, async ({ world, one, other, c, log }) => {
          await one.commit({ intents: [count(1)] });
          await world.sync(one, c);
          assertEqual(
            await other.heal(log, await world.branch(c, log, other)),
            false,
            "whether it was healed",
          );
          await world.send(c, other, log);
          await other.commit({ intents: [count(10)] });
          assertEqual((await logsOf(other)).length, 2, "logs of the node");
          await world.settle();
          assertEqual(await one.counter("c"), 111, "the counter");
          assertEqual(await one.voids(), [], "what is void");
        }),
    },
    {
      name: "an instance that learns that its log was abandoned mints anew what it has of it",
      run: () =>
        twins(options, async ({ world, one, other, c, log }) => {
          const uid = world.uid();
          await one.commit({ intents: [count(1)] });
          await other.commit({ intents: [count(10)] });
          await world.sync(one, c);
          await other.heal(log, await world.branch(c, log, other));
          // It has not heard of that, and goes on.
          await one.commit({ intents: [addRow(uid, ["p", 0, "late"]), count(1000)] });
          await world.sync(other, c);
          await world.sync(c, one);
          await one.commit({ intents: [count(10_000)] });
          await world.settle();
          for (const store of [one, other, c]) {
            assertEqual(await store.counter("c"), 11_111, "the counter");
            assertEqual(await valuesOf(store, uid), ["p", 0, "late"], "the row");
          }
          await world.assertSameDigests();
        }),
    },
    {
      name: "the branch of an instance that is gone is minted anew from who holds it, whenever that is",
      run: () =>
        twins(options, async ({ world, one, other, c, log }) => {
          const uid = world.uid();
          await one.commit({ intents: [addRow(uid, ["p", 0, "gone"])] });
          await other.commit({ intents: [count(10)] });
          await world.sync(one, c);
          const early = await world.branch(c, log, other);
          await one.commit({ intents: [setContent(uid, "and changed")] });
          await world.sync(one, c);
          await world.stop(one);
          await other.heal(log, early);
          await world.sync(other, c);
          assertEqual((await c.voids())[0]?.isUnsettled, true, "whether something of it is left");
          assertEqual(
            await other.heal(log, await world.branch(c, log, other)),
            true,
            "whether it was healed",
          );
          assertEqual(
            await other.heal(log, await world.branch(c, log, other)),
            false,
            "whether it was again",
          );
          await world.settle();
          for (const store of [other, c]) {
            assertEqual(await valuesOf(store, uid), ["p", 0, "and changed"], "the row");
            assertEqual(await store.counter("c"), 110, "the counter");
            assertEqual((await store.voids())[0]?.isUnsettled, false, "whether something of it is left");
          }
          await world.assertSameDigests();
        }),
    },
    {
      name: "what others wrote on void operations is no lost row and no revived one",
      run: () =>
        twins(options, async ({ world, one, other, c, log }) => {
          const [kept, gone] = [world.uid(), world.uid()];
          await one.commit({ intents: [addRow(kept, ["p", 0, "one"]), addRow(gone, ["p", 0, "one"])] });
          await other.commit({ intents: [count(10)] });
          await world.sync(one, c);
          await c.commit({ intents: [setContent(kept, "by c"), element("y")] });
          await other.heal(log, await world.branch(c, log, other));
          // Arrives where the adds are void and were never seen.
          await world.sync(c, other);
          await world.settle();
          for (const store of world.stores) {
            assertEqual(await valuesOf(store, kept), ["p", 0, "one"], "the row");
            assertEqual(await store.set("s"), ["y"], "the set");
            assertEqual((await store.counts()).quarantined, 0, "waiting transactions");
          }
          await world.assertSameDigests();
        }),
    },
    {
      name: "what abandons a log waits like everything else, and acts once",
      run: () =>
        twins(options, async ({ world, one, other, c, log }) => {
          const uid = world.uid();
          const late = await world.add(testSchema);
          await world.sync(one, late);
          const second = world.uid();
          await c.commit({ intents: [addRow(uid, ["p", 0, "by c"]), addRow(second, ["p", 0, "by c"])] });
          for (const store of [one, other]) await world.sync(c, store);
          await one.commit({ intents: [count(1), element("x")] });
          await one.commit({ intents: [setContent(second, "by the one")] });
          await other.commit({ intents: [setContent(uid, "by the other"), count(10), element("x")] });
          await world.sync(one, c);
          await world.send(one, late, log);
          await other.heal(log, await world.branch(c, log, other));
          // It has what heals the log, and not the row that is changed there.
          for (const own of await logsOf(other)) await world.send(other, late, own);
          assertEqual((await late.counts()).quarantined, 3, "waiting transactions");
          assertEqual((await late.voids()).length, 0, "what is void");
          await world.settle();
          for (const store of world.stores) {
            assertEqual(await store.counter("c"), 111, "the counter");
            assertEqual(await valuesOf(store, uid), ["p", 0, "by the other"], "the row");
            assertEqual(await valuesOf(store, second), ["p", 0, "by the one"], "the other row");
            assertEqual((await store.counts()).quarantined, 0, "waiting transactions");
          }
          await world.assertSameDigests();
        }),
    },
    {
      name: "a store that was closed and opened again knows what is void",
      run: () =>
        twins(options, async ({ world, one, other, c, log }) => {
          if (!options.keeps) return;
          await one.commit({ intents: [count(1)] });
          await other.commit({ intents: [count(10)] });
          await world.sync(one, c);
          await other.heal(log, await world.branch(c, log, other));
          await world.settle();
          const before = await c.voids();
          const again = await world.restart(world.stores.indexOf(c));
          assertEqual(await again.voids(), before, "what is void");
          await again.commit({ intents: [count(100)] });
          await world.settle();
          for (const store of world.stores) assertEqual(await store.counter("c"), 211, "the counter");
          await world.assertSameDigests();
        }),
    },
    {
      name: "random histories of two instances lose nothing, in whatever order they meet",
      run: async () => {
        for (let seed = 1; seed <= Math.ceil((options.histories ?? 10) / 2); seed++) {
          await twins(options, (set) => randomTwins(set), seed);
        }
      },
    },
  ];
}

interface Twins {
  readonly world: World;
  /** Two instances of one node, which both continue `log` after its first operation, and another node. */
  readonly one: Store;
  readonly other: Store;
  readonly c: Store;
  readonly log: LogId;
}

/** The one instance has written a hundred before the other was made of it; the third node does not know it yet. */
function twins(options: ConformanceOptions, body: (twins: Twins) => Promise<void>, seed = 1): Promise<void> {
  return World.run(
    options,
    [testSchema, testSchema],
    async (world, one, c) => {
      await one.commit({ intents: [count(100)] });
      const log = await logOf(one);
      const other = await world.twin(one, log);
      await body({ world, one, other, c, log });
    },
    seed,
  );
}

async function randomTwins({ world, one, other, c }: Twins): Promise<void> {
  const { random } = world;
  const uids: Uint8Array[] = [];
  let counted = 100;
  for (let step = 0; step < 25; step++) {
    const at = random.pick([one, other, c]);
    if (random.below(3) > 0) {
      const uid = world.uid();
      const by = random.below(1000);
      counted += by;
      uids.push(uid);
      const change: Intent[] = random.below(2) === 0 ? [setContent(uid, `${step} again`)] : [];
      await at.commit({ intents: [addRow(uid, ["p", step, `${step}`]), count(by), ...change] });
    } else if (at === c) {
      await world.meet(random.pick([one, other]), c);
    } else await world.meet(at, c);
    world.wait(random.below(5));
  }
  await world.settle();
  for (const store of [one, other, c]) {
    assertEqual(await store.counter("c"), counted, "the counter");
    for (const uid of uids) assert((await store.row(uid)) !== undefined, "a row is lost");
    assertEqual((await store.counts()).conflicts, 0, "conflicts");
  }
  await world.assertSameDigests();
}

async function logsOf(store: Store): Promise<readonly LogId[]> {
  return [...(await store.frontier()).keys()].filter((log) => log.startsWith(store.node));
}

function count(by: number) {
  return { kind: "counter.add", object: "c", by } as const;
}

function element(name: string) {
  return { kind: "set.add", object: "s", element: name } as const;
}

function register(value: string) {
  return { kind: "register.set", object: "r", value } as const;
}
