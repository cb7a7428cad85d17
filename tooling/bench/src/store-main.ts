// The store by itself, measured in this process: rows in transactions of 1000, counters, the digest from nothing.
import { parseArgs } from "node:util";
import type { ColumnGroup, Value } from "@jarvis-crdt/crdt";
import type { Entry } from "@jarvis-crdt/fixtures";
import type { SqliteStore } from "@jarvis-crdt/store-sqlite";
import { benchEntries } from "./changes.ts";
import type { Sample } from "./figures.ts";
import { openMeasured, random } from "./measured-store.ts";

const perTransaction = 1000;
const counterNames = 10;

const { values } = parseArgs({
  options: { rows: { type: "string" }, seed: { type: "string" }, folder: { type: "string" } },
});
const rows = Number(values.rows);
const seed = Number(values.seed);
const folder = values.folder as string;
console.log(JSON.stringify(await measure()));

async function measure(): Promise<Sample> {
  const { store, groups } = await openMeasured(folder);
  try {
    const local = await commitRows(store, groups);
    const asked = performance.now();
    const digest = await store.digest();
    const wholeDigest = performance.now() - asked;
    if (digest.rows !== rows) throw new Error(`${digest.rows} rows are live, not ${rows}`);
    return { local, wholeDigest, counters: await count(store) };
  } finally {
    await store.close();
  }
}

/** Rows a second. Making them is not measured. */
async function commitRows(store: SqliteStore, groups: readonly ColumnGroup[]): Promise<number> {
  const columns = groups.flatMap((group) => group.columns) as readonly (keyof Entry)[];
  const source = benchEntries(seed, rows);
  let ms = 0;
  for (let done = 0; done < rows; done += perTransaction) {
    const intents = Array.from({ length: Math.min(perTransaction, rows - done) }, () => {
      const entry = source.next().value as Entry;
      const values: Value[] = columns.map((column) => entry[column]);
      return { kind: "row.add" as const, table: "archive_entries", uid: random(16), hint: entry.id, values };
    });
    const started = performance.now();
    await store.commit({ intents });
    ms += performance.now() - started;
  }
  return (rows / ms) * 1000;
}

/** As many increments as rows, spread over some counters; a second's worth. */
async function count(store: SqliteStore): Promise<number> {
  const name = (i: number) => `counter-${i % counterNames}`;
  const intents = Array.from({ length: perTransaction }, (_, i) => ({
    kind: "counter.add" as const,
    object: name(i),
    by: 1,
  }));
  const transactions = Math.ceil(rows / perTransaction);
  const started = performance.now();
  for (let i = 0; i < transactions; i++) await store.commit({ intents });
  const ms = performance.now() - started;
  const wanted = (transactions * perTransaction) / counterNames;
  for (let i = 0; i < counterNames; i++) {
    const value = await store.counter(name(i));
    if (value !== wanted) throw new Error(`${name(i)} is ${value}, not ${wanted}`);
  }
  return ((transactions * perTransaction) / ms) * 1000;
}
