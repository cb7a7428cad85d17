import { hlcTime } from "@jarvis-crdt/crdt";
import type { Intent, Store } from "../store.ts";
import { assert, assertEqual, type Check } from "./check.ts";
import { addRow, removeRow, setContent, valuesOf } from "./rows.ts";
import { type ConformanceOptions, logOf, World } from "./world.ts";

const years = 10 * 365 * 86_400_000;

/** What a node stamped by a clock that was ahead, and what becomes of it once that is right again. */
export function futureChecks(options: ConformanceOptions): readonly Check[] {
  return [
    ...(options.continueLog === undefined ? [] : [shownLate(options)]),
    {
      name: "what was stamped with the future is minted anew once, and everybody agrees",
      run: () =>
        World.run(options, 3, async (world, a, b, c) => {
          const [kept, fresh, gone] = [world.uid(), world.uid(), world.uid()];
          await a.commit({
            intents: [addRow(kept, ["p", 0, "in time"]), addRow(gone, ["p", 0, "x"]), count(1)],
          });
          await world.syncAll();
          world.wait(years);
          await a.commit({ intents: [setContent(kept, "ahead"), count(10)] });
          await a.commit({ intents: [addRow(fresh, ["q", 1, "ahead"]), removeRow(gone), count(100)] });
          // Its clock was ahead as well.
          await world.sync(a, b);
          world.wait(-years);
          await a.commit({ intents: [setContent(fresh, "ahead still")] });
          assertEqual(await a.abandonFuture(), true, "whether there was any");
          assertEqual(await a.abandonFuture(), false, "whether there was again");
          await a.commit({ intents: [count(1000)] });
          await assertPresent(a, world.now);
          await world.syncAll();
          await c.commit({ intents: [setContent(kept, "later")] });
          await world.syncAll();
          for (const store of [a, b, c]) {
            assertEqual(await valuesOf(store, kept), ["p", 0, "later"], "the row that was changed");
            assertEqual(await valuesOf(store, fresh), ["q", 1, "ahead still"], "the row that was added");
            assertEqual(await store.row(gone), undefined, "the row that was removed");
            assertEqual(await store.counter("c"), 1111, "the counter");
            const { conflicts, quarantined } = await store.counts();
            assertEqual([conflicts, quarantined], [0, 0], "conflicts, and what waits");
            assertEqual(
              (await store.voids()).map(({ isUnsettled, reason }) => [isUnsettled, reason]),
              [[false, "clock-ahead"]],
              "what is void",
            );
          }
          await world.assertSameDigests();
        }),
    },
    {
      name: "two nodes that were ahead, and each changed what the other made: nobody waits for what both abandon",
      run: () =>
        World.run(options, 4, async (world, a, b, c, d) => {
          const [one, other] = [world.uid(), world.uid()];
          world.wait(years);
          await a.commit({ intents: [addRow(one, ["p", 0, "of a"])] });
          await b.commit({ intents: [addRow(other, ["q", 1, "of b"])] });
          await world.sync(a, b);
          await world.sync(b, a);
          await a.commit({ intents: [setContent(other, "by a")] });
          await b.commit({ intents: [setContent(one, "by b")] });
          world.wait(-years);
          const ahead = new Set([...(await a.frontier()).keys()]);
          assertEqual(
            [await a.abandonFuture(), await b.abandonFuture()],
            [true, true],
            "whether there was any",
          );
          // What is stamped ahead is refused by whoever knows the time.
          const sendAnew = async (from: Store, to: Store) => {
            const anew = [...(await from.frontier()).keys()].filter((log) => !ahead.has(log));
            for (const log of anew) await world.send(from, to, log);
          };
          await sendAnew(a, c);
          await sendAnew(b, d);
          assertEqual(
            [(await c.counts()).quarantined, (await d.counts()).quarantined],
            [1, 1],
            "what waits for what it does not know to be abandoned",
          );
          // In both orders: whichever comes last, both are interpreted.
          await sendAnew(b, c);
          await sendAnew(a, d);
          for (const store of [c, d]) {
            assertEqual((await store.counts()).quarantined, 0, "what waits");
            assertEqual((await valuesOf(store, one))?.[0], "p", "the row of the one");
            assertEqual((await valuesOf(store, other))?.[0], "q", "the row of the other");
          }
          await world.syncAll();
          await world.assertSameDigests();
        }),
    },
    {
      name: "what is stamped as clocks may differ is left alone",
      run: () =>
        World.run(options, 1, async (world, a) => {
          world.wait(59_000);
          await a.commit({ intents: [count(1)] });
          world.wait(-59_000);
          assertEqual(await a.abandonFuture(), false, "whether there was any");
          assertEqual(await a.voids(), [], "what is void");
        }),
    },
    {
      name: "where only what others wrote is ahead, the own log goes on in order",
      run: () =>
        World.run(options, 2, async (world, a, b) => {
          world.wait(50_000);
          await a.commit({ intents: [count(1)] });
          world.wait(50_000);
          await b.commit({ intents: [count(1)] });
          await world.sync(b, a);
          world.wait(-100_000);
          assertEqual(await a.abandonFuture(), false, "whether there was any");
          await a.commit({ intents: [count(1)] });
          const [one, next] = await world.batches(a, await logOf(a));
          assert(next!.header.hlcMin > one!.header.hlcMax, "the clock of the log runs backwards");
        }),
    },
    {
      name: "while the clock is contradicted nothing is minted",
      run: async () => {
        let refusal: string | undefined = "the clock is wrong";
        const make: ConformanceOptions["make"] = (setup) =>
          options.make({ ...setup, refusal: () => refusal });
        await World.run({ ...options, make }, 1, async (_, a) => {
          const refused = await a.commit({ intents: [count(1)] }).catch((error: unknown) => error);
          assert((refused as { code?: string }).code === "clock-contradicted", "it is refused with its code");
          assertEqual(await a.counter("c"), undefined, "the counter");
          refusal = undefined;
          await a.commit({ intents: [count(1)] });
          assertEqual(await a.counter("c"), 1, "the counter afterwards");
        });
      },
    },
  ];
}

/** A proof that once showed that a clock was ahead shows it for ever, though the time comes that it told. */
function shownLate(options: ConformanceOptions): Check {
  return {
    name: "what is shown of an abandoned log after its time has come is minted anew as well",
    run: () =>
      World.run(options, 2, async (world, a, c) => {
        await a.commit({ intents: [count(1)] });
        const log = await logOf(a);
        world.wait(years);
        await a.commit({ intents: [count(10)] });
        const restored = await world.twin(a, log);
        await a.commit({ intents: [count(100)] });
        await world.sync(a, c);
        await world.stop(a);
        world.wait(-years);
        assertEqual(await restored.abandonFuture(), true, "whether there was any");
        world.wait(years + 1000);
        const shown = await world.branch(c, log, restored);
        assertEqual(await restored.heal(log, shown), true, "whether more was minted");
        await world.settle();
        for (const store of [c, restored]) {
          assertEqual(await store.counter("c"), 111, "the counter");
          assertEqual((await store.counts()).quarantined, 0, "what waits");
          assertEqual((await store.voids())[0]?.isUnsettled, false, "whether anything is left");
        }
        await world.assertSameDigests();
      }),
  };
}

/** The newest log of the store ends by now, and so is accepted by others. */
async function assertPresent(store: Store, now: number): Promise<void> {
  const heads = await Promise.all([...(await store.frontier()).keys()].map((log) => store.head(log)));
  for (const head of heads) assert(hlcTime(head!.header.hlcMax) <= now + 1, "a log that ends in the future");
}

function count(by: number): Intent {
  return { kind: "counter.add", object: "c", by };
}
