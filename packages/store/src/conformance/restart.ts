import { assertEqual, type Check, hex } from "./check.ts";
import { addRow, setContent, valuesOf } from "./rows.ts";
import { type ConformanceOptions, logOf, World } from "./world.ts";

/** Stores that last. */
export function restartChecks(options: ConformanceOptions): readonly Check[] {
  if (!options.keeps) return [];
  return [
    {
      name: "a store that is opened again has everything and continues its log",
      run: () =>
        World.run(options, 2, async (world, a, b) => {
          const uid = world.uid();
          await a.commit({ intents: [addRow(uid, ["p", 0, "x"]), count(3)] });
          await a.commit({ intents: [{ kind: "register.set", object: "r", value: "v" }] });
          const before = await a.digest();
          const counts = await a.counts();
          const log = await logOf(a);
          const again = await world.restart(0);
          assertEqual(hex((await again.digest()).digest), hex(before.digest), "the digest");
          assertEqual(await again.counts(), counts, "counts");
          assertEqual(await valuesOf(again, uid), ["p", 0, "x"], "the values");
          await again.commit({ intents: [count(4)] });
          assertEqual([...(await again.frontier()).keys()], [log], "logs");
          assertEqual(await again.counter("c"), 7, "the counter");
          await world.sync(again, b);
          await world.assertSameDigests();
        }),
    },
    {
      name: "what waits and what is deferred outlives a restart",
      run: () =>
        World.run(options, 3, async (world, a, b, c) => {
          const uid = world.uid();
          await a.commit({ intents: [addRow(uid, ["p", 0, "x"]), add("e")] });
          await world.sync(a, b);
          await b.commit({ intents: [setContent(uid, "y")] });
          await b.commit({ intents: [{ kind: "set.remove", object: "s", element: "e" }] });
          await world.send(b, c, await logOf(b));
          const again = await world.restart(2);
          assertEqual((await again.counts()).quarantined, 1, "waiting transactions");
          await world.send(a, again, await logOf(a));
          assertEqual((await again.counts()).quarantined, 0, "waiting transactions");
          assertEqual(await valuesOf(again, uid), ["p", 0, "y"], "the values");
          assertEqual(await again.set("s"), [], "the set");
          await world.syncAll();
          await world.assertSameDigests();
        }),
    },
  ];
}

function count(by: number) {
  return { kind: "counter.add", object: "c", by } as const;
}

function add(element: string) {
  return { kind: "set.add", object: "s", element } as const;
}
