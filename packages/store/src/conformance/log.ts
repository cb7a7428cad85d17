import { closeOperations, schemaId } from "@jarvis-crdt/batch";
import { encodeSchema, type Schema } from "@jarvis-crdt/crdt";
import type { Intent, Store } from "../store.ts";
import { assert, assertEqual, assertRejects, type Check, hex } from "./check.ts";
import { addRow, removeRow, setContent, valuesOf } from "./rows.ts";
import { type ConformanceOptions, logOf, testSchema, World } from "./world.ts";

/** Logs, batches, transactions, and what waits. */
export function logChecks(options: ConformanceOptions): readonly Check[] {
  return [
    {
      name: "frontier, head and read tell what is stored",
      run: () =>
        World.run(options, 2, async (world, a, b) => {
          assertEqual((await a.frontier()).size, 0, "logs at first");
          for (let i = 0; i < 3; i++) await a.commit({ intents: [count(1), count(1)] });
          const log = await logOf(a);
          await world.sync(a, b);
          for (const store of [a, b]) {
            const head = await store.head(log);
            const entry = (await store.frontier()).get(log);
            assertEqual([entry?.seq, head?.header.number, head?.header.first], [6, 3, 5], "the head");
            assertEqual(hex(entry!.batch), hex(head!.id), "the id of the head");
            assertEqual((await store.read(log, 0, 1)).length, 1, "batches within one byte");
            assertEqual((await store.read(log, 2, 1e9)).length, 2, "batches after the first");
            assertEqual((await store.read(log, 6, 1e9)).length, 0, "batches after the last");
          }
          assertEqual(await a.head(`${b.node}:0000000000000000`), undefined, "the head of an unknown log");
          assertEqual(await a.counts(), await b.counts(), "counts");
        }),
    },
    {
      name: "a gap, a fork and another cluster's batch are refused, with what follows in the same log",
      run: () =>
        World.run(options, 3, async (world, a, b, c) => {
          for (let i = 0; i < 3; i++) await a.commit({ intents: [count(1)] });
          await c.commit({ intents: [count(100)] });
          const log = await logOf(a);
          const [first, second, third] = await world.batches(a, log);
          const other = await world.batches(c, await logOf(c));
          const gap = await b.apply([second!, third!, ...other]);
          assertEqual(gap.refused, [{ log, first: 2, reason: "gap" }], "what is refused");
          assertEqual([gap.stored, gap.operations], [1, 1], "what is stored");
          await b.apply([first!]);
          const forged = { ...second!, header: { ...second!.header, previous: new Uint8Array(32).fill(1) } };
          assertEqual((await b.apply([forged])).refused[0]?.reason, "fork", "the reason");
          const double = { ...first!, id: new Uint8Array(32).fill(2) };
          assertEqual((await b.apply([double])).refused[0]?.reason, "fork", "the reason");
          const foreign = { ...second!, header: { ...second!.header, cluster: new Uint8Array(16) } };
          assertEqual((await b.apply([foreign])).refused[0]?.reason, "wrong-cluster", "the reason");
          assertEqual((await b.apply([second!, third!])).refused, [], "what is refused");
          assertEqual(await b.counter("c"), 103, "the counter");
        }),
    },
    {
      name: "a large transaction is several batches and acts with the last",
      run: () =>
        World.run(options, 2, async (world, a, b) => {
          const intents: Intent[] = Array.from({ length: closeOperations * 2 + 1 }, () => count(1));
          await a.commit({ intents });
          const log = await logOf(a);
          const batches = await world.batches(a, log);
          assertEqual(
            batches.map(({ header }) => header.continues),
            [true, true, false],
            "the flags of the batches",
          );
          await b.apply(batches.slice(0, 1));
          await b.apply(batches.slice(1, 2));
          assertEqual(await b.counter("c"), undefined, "the counter before the last batch");
          assertEqual((await b.frontier()).get(log)?.seq, closeOperations * 2, "the frontier");
          await b.apply(batches.slice(2));
          assertEqual(await b.counter("c"), intents.length, "the counter");
          await world.assertSameDigests();
        }),
    },
    {
      name: "a write that names an add still to come waits with its transaction; later ones go on",
      run: () =>
        World.run(options, 3, async (world, a, b, c) => {
          const uid = world.uid();
          await a.commit({ intents: [addRow(uid, ["p", 0, "first"])] });
          await world.sync(a, b);
          await b.commit({ intents: [setContent(uid, "second"), count(1)] });
          await b.commit({ intents: [count(10)] });
          await world.send(b, c, await logOf(b));
          assertEqual((await c.counts()).quarantined, 1, "waiting transactions");
          assertEqual(await c.counter("c"), 10, "the counter");
          await world.send(a, c, await logOf(a));
          assertEqual((await c.counts()).quarantined, 0, "waiting transactions");
          assertEqual(await c.counter("c"), 11, "the counter");
          assertEqual(await valuesOf(c, uid), ["p", 0, "second"], "the values");
          await world.syncAll();
          await world.assertSameDigests();
        }),
    },
    {
      name: "transactions that wait for each other's logs go on one after the other",
      run: () =>
        World.run(options, 4, async (world, a, b, c, d) => {
          const uid = world.uid();
          const second = world.uid();
          await a.commit({ intents: [addRow(uid, ["p", 0, "first"])] });
          await world.sync(a, b);
          await b.commit({ intents: [setContent(uid, "x"), addRow(second, ["p", 0, "b"])] });
          await world.sync(b, c);
          await c.commit({ intents: [setContent(second, "c"), count(1)] });
          await world.send(c, d, await logOf(c));
          await world.send(b, d, await logOf(b));
          assertEqual((await d.counts()).quarantined, 2, "waiting transactions");
          await world.send(a, d, await logOf(a));
          assertEqual((await d.counts()).quarantined, 0, "waiting transactions");
          assertEqual(await valuesOf(d, second), ["p", 0, "c"], "the values");
          await world.syncAll();
          await world.assertSameDigests();
        }),
    },
    {
      name: "a removal that arrives before the row kills it on arrival",
      run: () =>
        World.run(options, 3, async (world, a, b, c) => {
          const uid = world.uid();
          await a.commit({ intents: [addRow(uid, ["p", 0, "x"])] });
          await world.sync(a, b);
          await b.commit({ intents: [removeRow(uid), count(1)] });
          await world.send(b, c, await logOf(b));
          assertEqual(await c.counter("c"), 1, "the counter");
          await world.send(a, c, await logOf(a));
          assertEqual(await c.row(uid), undefined, "the row");
          await world.syncAll();
          await world.assertSameDigests();
        }),
    },
    {
      name: "a schema with other order, fewer columns or fewer groups is mapped by names",
      run: () =>
        World.run(options, [olderSchema, testSchema], async (world, a, b) => {
          const uid = world.uid();
          const intents: Intent[] = [
            { kind: "row.add", table: "entries", uid, hint: 3, values: ["x", "pending"] },
            { kind: "row.set", table: "entries", uid, group: "content", values: ["y"] },
          ];
          await a.commit({ intents });
          const log = await logOf(a);
          await world.send(a, b, log, false);
          assertEqual((await b.counts()).quarantined, 1, "waiting without the schema");
          const [batch] = await world.batches(a, log);
          await world.sendSchema(a, b, batch!);
          assertEqual((await b.counts()).quarantined, 0, "waiting with the schema");
          assertEqual(await valuesOf(b, uid), ["pending", null, "y"], "the values");
          await world.assertSameDigests();
        }),
    },
    {
      name: "rows of a table, column or grouping that this node does not have wait; they are stored and relayed",
      run: () =>
        World.run(options, [testSchema, narrowSchema, undefined], async (world, a, b, c) => {
          const uid = world.uid();
          await a.commit({ intents: [addRow(uid, ["p", 0, "x"]), count(1)] });
          await a.commit({ intents: [count(10)] });
          await world.sync(a, b);
          await world.sync(b, c);
          for (const store of [b, c]) {
            assertEqual((await store.counts()).quarantined, 1, "waiting transactions");
            assertEqual(await store.counter("c"), 10, "the counter");
            assertEqual((await store.frontier()).get(await logOf(a))?.seq, 3, "the frontier");
          }
        }),
    },
    {
      name: "an operation that cannot be read lets its transaction wait, not its log",
      run: () =>
        World.run(options, 2, async (world, a, b) => {
          await a.commit({ intents: [count(1), count(1)] });
          await a.commit({ intents: [count(10)] });
          const [first, second] = await world.batches(a, await logOf(a));
          const broken = { ...first!, operations: [first!.operations[0]!, Uint8Array.of(99, 1)] };
          await b.apply([broken, second!]);
          assertEqual((await b.counts()).quarantined, 1, "waiting transactions");
          assertEqual(await b.counter("c"), 10, "the counter");
        }),
    },
    {
      name: "schemas and certificates are kept; a schema under a wrong id is refused",
      run: () =>
        World.run(options, 1, async (_, store) => {
          const bytes = encodeSchema(olderSchema);
          const id = schemaId(bytes, options.hasher);
          await store.putSchema(id, bytes);
          await store.putSchema(id, bytes);
          assertEqual(await store.schema(id), bytes, "the schema");
          assertEqual(await store.schema(new Uint8Array(32)), undefined, "an unknown schema");
          await assertRejects(store.putSchema(new Uint8Array(32), bytes), "wrong-schema");
          await store.putCertificate(store.node, Uint8Array.of(1));
          await store.putCertificate(store.node, Uint8Array.of(2));
          await store.putCertificate(store.node, Uint8Array.of(1));
          assertEqual(
            await store.certificates(store.node),
            [Uint8Array.of(2), Uint8Array.of(1)],
            "certificates",
          );
          assertEqual(await store.certificates("nobody"), [], "certificates of nobody");
        }),
    },
    {
      name: "stamps follow the times given, never the future, and always grow",
      run: () =>
        World.run(options, 1, async (world, store) => {
          const times = [world.now - 60_000, world.now - 60_000, world.now + 60_000];
          await store.commit({ intents: [count(1), count(1), count(1)], times });
          const head = await store.head(await logOf(store));
          const { hlcMin, hlcMax } = head!.header;
          const ms = Math.floor((hlcMax - hlcMin) / 4096);
          assertEqual(ms, 60_000, "the span of the batch in ms");
          await store.commit({ intents: [count(1)], times: [world.now - 60_000] });
          assert((await store.head(await logOf(store)))!.header.hlcMin > hlcMax, "the clock ran backwards");
        }),
    },
    {
      name: "commits asked for together are all made, each in its place, and one that fails is alone",
      run: () =>
        World.run(options, 1, async (_, store) => {
          const results = await Promise.allSettled(
            Array.from({ length: 20 }, (_, i) =>
              store.commit({ intents: [i === 7 ? { ...count(1), by: 0.5 } : count(1)] }),
            ),
          );
          const failed = results.filter(({ status }) => status === "rejected").length;
          assertEqual([failed, await store.counter("c")], [1, 19], "what became of them");
          assertEqual((await store.counts()).operations, 19, "operations");
        }),
    },
    {
      name: "who subscribed hears which logs grew, until he stops",
      run: () =>
        World.run(options, 2, async (world, a, b) => {
          const heard: string[] = [];
          const stop = b.subscribe((logs) => heard.push(...logs));
          await a.commit({ intents: [count(1)] });
          await world.sync(a, b);
          await b.commit({ intents: [count(1)] });
          await settle(b);
          assertEqual(heard, [await logOf(a), await logOf(b)], "the logs");
          stop();
          await b.commit({ intents: [count(1)] });
          await settle(b);
          assertEqual(heard.length, 2, "what was heard after the end");
        }),
    },
  ];
}

function count(by: number) {
  return { kind: "counter.add", object: "c", by } as const;
}

/** Lets callbacks run. */
async function settle(store: Store): Promise<void> {
  await store.frontier();
  await Promise.resolve();
}

/** What an older version of a node knows of the same tables. */
const olderSchema: Schema = {
  tables: [
    {
      name: "entries",
      kind: "records",
      groups: [
        { name: "content", columns: ["text"] },
        { name: "verification", columns: ["status"] },
      ],
    },
  ],
};

/** A node that groups the same columns otherwise. */
const narrowSchema: Schema = {
  tables: [
    { name: "entries", kind: "records", groups: [{ name: "content", columns: ["text", "status", "score"] }] },
  ],
};
