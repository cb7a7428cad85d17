import { type Batch, hollowOf } from "@jarvis-crdt/batch";
import type { LogId } from "@jarvis-crdt/crdt";
import { isWithin, type Spent } from "../engine/spent.ts";
import type { Store } from "../store.ts";
import { assert, assertEqual, type Check } from "./check.ts";
import { addRow, removeRow, setContent, setVerification, valuesOf } from "./rows.ts";
import { type ConformanceOptions, logOf, World } from "./world.ts";

/** Batches without operations, what they leave in doubt, and how that is settled. */
export function hollowChecks(options: ConformanceOptions): readonly Check[] {
  return [
    {
      name: "what was removed by a hollow batch falls on the word of who has interpreted it, and states are equal",
      run: () =>
        World.run(options, 2, async (world, a, b) => {
          const [gone, kept] = [world.uid(), world.uid()];
          await a.commit({ intents: [addRow(gone, ["x", 0, "x"]), addRow(kept, ["y", 0, "y"])] });
          await a.commit({ intents: [setContent(kept, "once"), setContent(gone, "once")] });
          await a.commit({ intents: [setContent(kept, "twice"), setVerification(kept, ["ok", 1])] });
          await a.commit({ intents: [removeRow(gone)] });
          await sendEmptied(world, a, b);
          assert((await b.row(gone)) !== undefined, "the removed row lives until it is compared");
          await compare(a, b);
          assertEqual(await b.row(gone), undefined, "the removed row");
          assertEqual(await valuesOf(b, kept), ["ok", 1, "twice"], "the other row");
          assertEqual(await b.doubts(), undefined, "doubts");
          await world.assertSameDigests();
        }),
    },
    {
      name: "elements, registers and keys that hollow batches removed fall, too; what lives stays",
      run: () =>
        World.run(options, 2, async (world, a, b) => {
          const set = (element: string) => ({ kind: "set.add", object: "set", element }) as const;
          const key = (one: string, value: string) =>
            ({ kind: "keyed.set", object: "map", key: one, value }) as const;
          const register = (value: string) => ({ kind: "register.set", object: "note", value }) as const;
          await a.commit({
            intents: [set("gone"), set("kept"), key("gone", "1"), key("kept", "2"), register("old")],
          });
          await a.commit({ intents: [{ kind: "set.remove", object: "set", element: "gone" }] });
          await a.commit({ intents: [{ kind: "keyed.remove", object: "map", key: "gone" }, set("kept")] });
          await a.commit({ intents: [register("new")] });
          await a.commit({ intents: [register("newest"), { kind: "counter.add", object: "n", by: 3 }] });
          await sendEmptied(world, a, b);
          await compare(a, b);
          assertEqual(await b.set("set"), ["kept"], "the set");
          assertEqual((await b.register("note"))?.value, "newest", "the register");
          assertEqual((await b.register("note"))?.siblings, 1, "entries of the register");
          assertEqual(await b.counter("n"), 3, "the counter, whose batch is never spent");
          await world.assertSameDigests();
        }),
    },
    {
      name: "what waits for an operation of a hollow batch waits no more, and a kill of one is settled",
      run: () =>
        World.run(options, 3, async (world, a, b, c) => {
          const uid = world.uid();
          await a.commit({ intents: [addRow(uid, ["x", 0, "x"])] });
          await world.sync(a, b);
          await b.commit({ intents: [setContent(uid, "edited")] });
          await b.commit({ intents: [removeRow(uid)] });
          await world.sync(b, a);
          await world.send(b, c, await logOf(b));
          assertEqual((await c.counts()).quarantined, 1, "an edit of a row that is not there waits");
          await sendEmptied(world, a, c, await logOf(a));
          assertEqual((await c.counts()).quarantined, 0, "what waits");
          assertEqual(await c.row(uid), undefined, "the row");
          await compare(a, c);
          await world.assertSameDigests();
        }),
    },
    {
      name: "nobody vouches for what it has not interpreted itself, or what lives, or waits for what it names",
      run: () =>
        World.run(options, 3, async (world, a, b, c) => {
          const uid = world.uid();
          await a.commit({ intents: [addRow(uid, ["x", 0, "x"])] });
          const log = await logOf(a);
          assertEqual((await a.spent(log, 0)).runs, [], "runs while the row lives");
          await world.sync(a, b);
          await b.commit({ intents: [removeRow(uid)] });
          await world.send(b, c, await logOf(b));
          assertEqual((await c.spent(await logOf(b), 0)).runs, [], "runs of a remove that waits for its row");
          await world.sync(b, a);
          assertEqual((await a.spent(log, 0)).runs, [{ first: 1, last: 1 }], "runs of the removed row");
          await sendEmptied(world, a, c, log);
          assertEqual((await c.spent(log, 0)).runs, [], "runs of what came hollow");
          assertEqual((await c.spent(await logOf(b), 0)).runs, [{ first: 1, last: 1 }], "runs of the remove");
          assertEqual((await c.spent(log, 7)).through, 1, "beyond the end of the log");
          assertEqual((await c.spent("none" as LogId, 3)).through, 0, "a log that is not here");
        }),
    },
    {
      name: "what is said of operations that are not here, or came hollow, makes nothing fall",
      run: () =>
        World.run(options, 2, async (world, a, b) => {
          const uid = world.uid();
          await a.commit({ intents: [addRow(uid, ["x", 0, "x"])] });
          await world.sync(a, b);
          const log = await logOf(a);
          const all = { first: 1, last: Number.MAX_SAFE_INTEGER };
          const none: Spent = { through: 1, runs: [], overwritten: [{ seq: 1, group: "no such group" }] };
          assertEqual(await b.wither(log, none), 0, "a group that is not there");
          assertEqual(
            await b.wither("none" as LogId, { through: 9, runs: [all], overwritten: [] }),
            0,
            "a log",
          );
          assert((await b.row(uid)) !== undefined, "the row");
          const through = Number.MAX_SAFE_INTEGER;
          assertEqual(await b.wither(log, { through, runs: [all], overwritten: [] }), 1, "all of the log");
          assertEqual(await b.row(uid), undefined, "the row that fell");
        }),
    },
  ];
}

/** Sends what is spent hollow, and the rest as it is. */
async function sendEmptied(world: World, from: Store, to: Store, only?: LogId): Promise<void> {
  for (const [log] of await from.frontier()) {
    if (only !== undefined && log !== only) continue;
    const { runs } = await from.spent(log, 0);
    const sent: Batch[] = [];
    for (const batch of await world.batches(from, log)) {
      await world.sendSchema(from, to, batch);
      const { first, count } = batch.header;
      const isSpent = isWithin(runs, first, first + count - 1);
      sent.push(isSpent ? world.batch(hollowOf(batch.envelope)) : batch);
    }
    await to.apply(sent);
  }
}

/** Settles the doubts of `to` by what `from` says. */
export async function compare(from: Store, to: Store): Promise<void> {
  const doubts = await to.doubts();
  assert(doubts !== undefined, "nothing is in doubt");
  for (const { log, through } of doubts.logs) {
    for (let after = 0; after < through; ) {
      const spent = await from.spent(log, after);
      assert(spent.through > after, `nothing is said of ${log} after ${after}`);
      await to.wither(log, spent);
      after = spent.through;
    }
  }
  await to.settle(doubts);
}
