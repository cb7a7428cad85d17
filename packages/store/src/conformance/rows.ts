import type { Uid, Value } from "@jarvis-crdt/crdt";
import type { Intent, Store } from "../store.ts";
import { assertEqual, assertRejects, type Check } from "./check.ts";
import { type ConformanceOptions, logOf, World } from "./world.ts";

/** Rows of tables. */
export function rowChecks(options: ConformanceOptions): readonly Check[] {
  return [
    {
      name: "a row is the same everywhere, value kinds included",
      run: () =>
        World.run(options, 2, async (world, a, b) => {
          const uid = world.uid();
          const blob = Uint8Array.of(0, 255, 1);
          const { dots } = await a.commit({ intents: [addRow(uid, [blob, 0.5, "ünï\0code"])] });
          await world.sync(a, b);
          for (const store of [a, b]) {
            const row = await store.row(uid);
            assertEqual(row?.table, "entries", "the table");
            assertEqual(row?.dot, dots[0], "the dot");
            assertEqual([...row!.values.values()], [blob, 0.5, "ünï\0code"], "the values");
          }
          await world.assertSameDigests();
        }),
    },
    {
      name: "concurrent updates of different column groups both stay",
      run: () =>
        World.run(options, 2, async (world, a, b) => {
          const uid = world.uid();
          await a.commit({ intents: [addRow(uid, ["pending", 0, "text"])] });
          await world.syncAll();
          await a.commit({ intents: [setVerification(uid, ["ok", 1])] });
          await b.commit({ intents: [setContent(uid, "edited")] });
          await world.syncAll();
          for (const store of [a, b]) {
            assertEqual(await valuesOf(store, uid), ["ok", 1, "edited"], "the values");
            assertEqual((await store.row(uid))?.conflicts, 0, "conflicts");
          }
          await world.assertSameDigests();
        }),
    },
    {
      name: "concurrent updates of one group are a conflict, the group is never mixed, the later one is read",
      run: () =>
        World.run(options, 2, async (world, a, b) => {
          const uid = world.uid();
          await a.commit({ intents: [addRow(uid, ["pending", 0, "text"])] });
          await world.syncAll();
          await b.commit({ intents: [setVerification(uid, ["by b", 2])] });
          world.wait(3);
          await a.commit({ intents: [setVerification(uid, ["by a", 1])] });
          await world.syncAll();
          for (const store of [a, b]) {
            assertEqual(await valuesOf(store, uid), ["by a", 1, "text"], "the values");
            assertEqual((await store.row(uid))?.conflicts, 1, "conflicts");
            assertEqual((await store.counts()).conflicts, 1, "open conflicts");
          }
          await world.assertSameDigests();
          await b.commit({ intents: [setVerification(uid, ["settled", 3])] });
          await world.syncAll();
          assertEqual((await a.counts()).conflicts, 0, "open conflicts");
          assertEqual(await valuesOf(a, uid), ["settled", 3, "text"], "the values");
        }),
    },
    {
      name: "a removed row is not revived by a concurrent write of a column",
      run: () =>
        World.run(options, 3, async (world, a, b, c) => {
          const uid = world.uid();
          await a.commit({ intents: [addRow(uid, ["pending", 0, "text"])] });
          await world.syncAll();
          await a.commit({ intents: [removeRow(uid)] });
          await b.commit({ intents: [setContent(uid, "late")] });
          await world.send(a, c, await logOf(a));
          await world.send(b, c, await logOf(b));
          await world.syncAll();
          for (const store of [a, b, c]) assertEqual(await store.row(uid), undefined, "the row");
          assertEqual((await c.counts()).rows, 0, "rows");
          await world.assertSameDigests();
        }),
    },
    {
      name: "a row added again starts clean",
      run: () =>
        World.run(options, 2, async (world, a, b) => {
          const uid = world.uid();
          await a.commit({ intents: [addRow(uid, ["old", 0, "old"])] });
          await world.syncAll();
          await a.commit({ intents: [removeRow(uid), addRow(uid, ["new", 1, "new"])] });
          await b.commit({ intents: [setContent(uid, "late")] });
          await world.syncAll();
          for (const store of [a, b]) {
            assertEqual(await valuesOf(store, uid), ["new", 1, "new"], "the values");
          }
          await world.assertSameDigests();
        }),
    },
    {
      name: "a remove takes the adds it saw: a concurrent second add keeps the row",
      run: () =>
        World.run(options, 2, async (world, a, b) => {
          const uid = world.uid();
          await a.commit({ intents: [addRow(uid, ["a", 0, "a"])] });
          await b.commit({ intents: [addRow(uid, ["b", 0, "b"])] });
          await a.commit({ intents: [removeRow(uid)] });
          await world.syncAll();
          for (const store of [a, b]) assertEqual(await valuesOf(store, uid), ["b", 0, "b"], "the values");
          await world.assertSameDigests();
        }),
    },
    {
      name: "a base value loses against every real write, however old",
      run: () =>
        World.run(options, 2, async (world, a, b) => {
          const uid = world.uid();
          const times = [world.now - 1_000_000];
          await b.commit({ intents: [addRow(uid, ["real", 1, "real"])], times });
          await a.commit({ intents: [{ ...addRow(uid, ["adopted", 0, "adopted"]), base: true }] });
          await world.syncAll();
          for (const store of [a, b]) {
            assertEqual(await valuesOf(store, uid), ["real", 1, "real"], "the values");
          }
          await world.assertSameDigests();
        }),
    },
    {
      name: "writes to a row that is not there have no effect",
      run: () =>
        World.run(options, 1, async (world, store) => {
          const uid = world.uid();
          const { dots } = await store.commit({ intents: [setContent(uid, "x"), removeRow(uid)] });
          assertEqual(dots, [null, null], "the dots");
        }),
    },
    {
      name: "what does not fit the schema is refused and leaves nothing",
      run: () =>
        World.run(options, 1, async (world, store) => {
          const uid = world.uid();
          const good = addRow(world.uid(), ["x", 0, "x"]);
          const event: Intent = { kind: "row.add", table: "events", uid, hint: null, values: ["x"] };
          await assertRejects(store.commit({ intents: [good, { ...good, table: "none" }] }), "unknown-table");
          await assertRejects(
            store.commit({ intents: [good, { ...setContent(good.uid, "y"), group: "none" }] }),
            "unknown-group",
          );
          await assertRejects(
            store.commit({ intents: [good, { ...good, values: ["x"] }] }),
            "invalid-intent",
          );
          await assertRejects(
            store.commit({ intents: [good, { ...good, uid: new Uint8Array(3) }] }),
            "invalid-intent",
          );
          await assertRejects(
            store.commit({ intents: [event, { kind: "row.remove", table: "events", uid }] }),
            "grow-only",
          );
          await assertRejects(
            store.commit({ intents: [good, { ...good, values: ["\ud800", 0, "x"] }] }),
            "invalid-value",
          );
          assertEqual((await store.counts()).rows, 0, "rows");
          assertEqual((await store.counts()).operations, 0, "operations");
          await store.commit({ intents: [good] });
          assertEqual((await store.counts()).operations, 1, "operations");
        }),
    },
  ];
}

export function addRow(uid: Uid, values: readonly Value[]) {
  return { kind: "row.add", table: "entries", uid, hint: null, values } as const;
}

export function setVerification(uid: Uid, values: readonly Value[]) {
  return { kind: "row.set", table: "entries", uid, group: "verification", values } as const;
}

export function setContent(uid: Uid, text: string) {
  return { kind: "row.set", table: "entries", uid, group: "content", values: [text] } as const;
}

export function removeRow(uid: Uid) {
  return { kind: "row.remove", table: "entries", uid } as const;
}

export async function valuesOf(store: Store, uid: Uid): Promise<readonly Value[] | undefined> {
  const row = await store.row(uid);
  return row && [...row.values.values()];
}
