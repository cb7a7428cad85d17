import { closeOperations } from "@jarvis-crdt/batch";
import type { LogId } from "@jarvis-crdt/crdt";
import type { Collected, Stretch } from "../collection/collect.ts";
import type { Intent, Store } from "../store.ts";
import { assert, assertEqual, type Check } from "./check.ts";
import { compare } from "./hollow.ts";
import { contents, deliver, someIntent } from "./random-history.ts";
import { addRow, removeRow, setContent, setVerification, valuesOf } from "./rows.ts";
import { type ConformanceOptions, logOf, testSchema, World } from "./world.ts";

const steps = 100;

/** Batches of which nothing lives are emptied, and nothing else is. */
export function collectionChecks(options: ConformanceOptions): readonly Check[] {
  const seeds = Array.from({ length: Math.ceil((options.histories ?? 10) / 2) }, (_, i) => i + 1);
  return [
    {
      name: "what was overwritten and removed goes, and everything reads as before, also when opened again",
      run: () =>
        World.run(options, 2, async (world, a, b) => {
          const [kept, gone] = [world.uid(), world.uid()];
          await a.commit({ intents: [addRow(kept, ["x", 0, "x"]), addRow(gone, ["y", 0, "y"])] });
          for (let i = 0; i < 5; i++) await a.commit({ intents: [setContent(kept, `text ${i}`)] });
          await a.commit({ intents: [setVerification(kept, ["ok", 1])] });
          await a.commit({ intents: [{ kind: "register.set", object: "r", value: "x".repeat(1000) }] });
          await a.commit({ intents: [{ kind: "register.set", object: "r", value: 2 }] });
          await a.commit({ intents: [removeRow(gone)] });
          await a.commit({ intents: [{ kind: "counter.add", object: "c", by: 2 }] });
          await world.sync(a, b);
          const log = await logOf(a);
          const before = await a.weight(log, 0, 99);
          const done = await collectAll(a);
          // Four of five texts, the long register, the remove.
          assertEqual([done.batches, done.operations], [6, 6], "what was emptied");
          const after = await a.weight(log, 0, 99);
          assertEqual([after.batches, after.hollow], [before.batches, 6], "batches");
          assertEqual(before.bytes - after.bytes, done.bytes, "bytes");
          assert(done.bytes > 6 * 32, "leaf hashes and bodies go");
          const check = async (store: Store) => {
            assertEqual(await valuesOf(store, kept), ["ok", 1, "text 4"], "the row");
            assertEqual([(await store.register("r"))?.value, await store.counter("c")], [2, 2], "objects");
            await world.assertSameDigests();
          };
          await check(a);
          assertEqual((await collectAll(a)).batches, 0, "what is emptied a second time");
          await a.commit({ intents: [setContent(kept, "later")] });
          await world.sync(a, b);
          await world.assertSameDigests();
          if (options.keeps)
            assertEqual(await valuesOf(await world.restart(0), kept), ["ok", 1, "later"], "row");
        }),
    },
    {
      name: "only what lies in the stretch and is old enough goes, whole transactions, and never the end of a log",
      run: () =>
        World.run(options, 1, async (world, a) => {
          const many = Array.from({ length: closeOperations + 1 }, (_, i) => text(i));
          await a.commit({ intents: [...many] });
          for (let i = 0; i < 3; i++) await a.commit({ intents: [text(-i)] });
          const log = await logOf(a);
          const n = many.length;
          const hlc = (await a.head(log))!.header.hlcMin;
          const emptied = async (stretch: Stretch, before: number) =>
            (await collectAll(a, new Map([[log, stretch]]), before)).operations;
          assertEqual(await emptied({ after: 0, through: n - 1 }, hlc), 0, "half of a transaction");
          assertEqual(await emptied({ after: 0, through: 99_999 }, 1), 0, "what is too young");
          assertEqual(await emptied({ after: n, through: n + 1 }, hlc), 1, "what lies in the stretch");
          assertEqual(await emptied({ after: 0, through: n }, hlc), n, "the long transaction");
          assertEqual(await emptied({ after: 0, through: 99_999 }, hlc + 1), 1, "all but the end");
          world.wait(1);
          await a.commit({ intents: [text(1)] });
          assertEqual(await emptied({ after: 0, through: 99_999 }, hlc + 1), 1, "what was the end");
          assertEqual((await a.register("text"))?.value, 1, "the register");
        }),
    },
    {
      name: "what died just now stays as long as what was written just now",
      run: () =>
        World.run(options, 1, async (world, a) => {
          for (let i = 0; i < 3; i++) await a.commit({ intents: [text(i)] });
          const log = await logOf(a);
          const at = async (now: number, before: number) =>
            (await a.collect({ logs: new Map([[log, { after: 0, through: 9 }]]), before, now })).batches;
          const { hlcMax } = (await a.head(log))!.header;
          assertEqual(await at(hlcMax + 50, hlcMax + 40), 0, "what was found dead just now");
          world.wait(1000);
          await a.commit({ intents: [text(3)] });
          assertEqual(await at(hlcMax + 90, hlcMax + 49), 0, "what was found dead after that");
          assertEqual(await at(hlcMax + 99, hlcMax + 50), 2, "what was found dead before that");
          assertEqual(await at(hlcMax + 140, hlcMax + 99), 1, "what died later");
          assertEqual((await a.register("text"))?.value, 3, "the register");
        }),
    },
    {
      name: "what waits, what it waits for and what kills something still to come stay",
      run: () =>
        World.run(options, 3, async (world, a, b, c) => {
          const uid = world.uid();
          await a.commit({ intents: [addRow(uid, ["x", 0, "x"])] });
          await world.sync(a, b);
          await b.commit({ intents: [setContent(uid, "y")] });
          await b.commit({ intents: [removeRow(uid)] });
          await b.commit({ intents: [text(1)] });
          await world.send(b, c, await logOf(b));
          assertEqual((await collectAll(c)).batches, 0, "what is emptied");
          await world.send(a, c, await logOf(a));
          assertEqual(await c.row(uid), undefined, "the row");
          assertEqual((await collectAll(c)).batches, 2, "the write and the remove");
          await world.syncAll();
          await world.assertSameDigests();
        }),
    },
    ...seeds.map((seed) => ({
      name: `random history ${seed} with collection: nothing is lost, nothing comes back, also for who joins later`,
      run: () => World.run(options, 3, (world) => play(world, options.keeps), seed),
    })),
  ];
}

/** The last store never empties anything: it is what the others must equal. */
async function play(world: World, restarts: boolean): Promise<void> {
  const { random, stores } = world;
  const uids = Array.from({ length: 5 }, () => world.uid());
  let emptied = 0;
  for (let step = 0; step < steps; step++) {
    world.wait(random.below(3));
    const index = random.below(stores.length);
    const choice = random.below(12);
    if (choice < 5) {
      const intents = Array.from({ length: 1 + random.below(3) }, () => someIntent(world, uids));
      await stores[index]!.commit({ intents });
    } else if (choice < 9) await deliver(world, index);
    else if (choice < 11 && index < 2)
      emptied += (await collectAll(stores[index]!, await common(world))).batches;
    else if (restarts && random.below(3) === 0) await world.restart(index);
  }
  await world.syncAll();
  for (const store of stores.slice(0, 2)) emptied += (await collectAll(store)).batches;
  assert(emptied > 0, "nothing was emptied");
  await world.assertSameDigests();
  const late = await world.add(testSchema);
  await world.sync(stores[0]!, late);
  if ((await late.doubts()) !== undefined) await compare(stores[1]!, late);
  for (const [log, { after, through }] of await late.interpreted())
    assert(after > 0 === (await stores[0]!.weight(log, 0, through)).hollow > 0, "what was told");
  await world.assertSameDigests();
  for (const store of stores)
    assertEqual(await contents(store, uids), await contents(stores[2]!, uids), "the contents");
}

/** What all stores have interpreted. */
async function common(world: World): Promise<ReadonlyMap<LogId, Stretch>> {
  const all = await Promise.all(world.stores.map((store) => store.interpreted()));
  const logs = new Set(all.flatMap((one) => [...one.keys()]));
  return new Map(
    [...logs].map((log) => [
      log,
      { after: 0, through: Math.min(...all.map((one) => one.get(log)?.through ?? 0)) },
    ]),
  );
}

/** Page after page; all that is interpreted here, unless told otherwise. */
async function collectAll(
  store: Store,
  logs?: ReadonlyMap<LogId, Stretch>,
  before = Number.MAX_SAFE_INTEGER,
): Promise<Collected> {
  const own = [...(await store.interpreted())].map(
    ([log, { through }]) => [log, { after: 0, through }] as const,
  );
  const sum = { batches: 0, operations: 0, bytes: 0 };
  for (let from: Collected["next"]; ; ) {
    const page = await store.collect({ logs: logs ?? new Map(own), before, from });
    sum.batches += page.batches;
    sum.operations += page.operations;
    sum.bytes += page.bytes;
    from = page.next;
    if (from === undefined) return { ...sum, next: undefined };
  }
}

function text(n: number): Intent {
  return { kind: "register.set", object: "text", value: n };
}
