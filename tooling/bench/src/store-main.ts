// The store by itself, measured in this process: rows in transactions of 1000, counters, the digest from nothing.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createArchive } from "@jarvis-crdt/archive";
import type { ColumnGroup, Value } from "@jarvis-crdt/crdt";
import type { Entry } from "@jarvis-crdt/fixtures";
import { compressor, createSigner, hasher, initCa, issueNode, loadIdentity } from "@jarvis-crdt/security";
import { SqliteStore, schemaOf } from "@jarvis-crdt/store-sqlite";
import { benchEntries } from "./changes.ts";
import type { Sample } from "./figures.ts";

const perTransaction = 1000;
const counterNames = 10;

const { values } = parseArgs({
  options: { rows: { type: "string" }, seed: { type: "string" }, folder: { type: "string" } },
});
const rows = Number(values.rows);
const seed = Number(values.seed);
const folder = values.folder as string;
const now = () => Date.now();
const random = (bytes: number) => randomBytes(bytes);
console.log(JSON.stringify(await measure()));

async function measure(): Promise<Sample> {
  const schema = schemaOf(createArchive(join(folder, "archive.db")));
  await initCa({ out: join(folder, "ca"), now: now(), random });
  const [ca, out] = [join(folder, "ca"), join(folder, "certs")];
  await issueNode({ ca, out, name: "bench", role: "writer", now: now(), random });
  const identity = loadIdentity(out);
  const store = new SqliteStore({
    path: join(folder, "crdt_state.db"),
    node: identity.certificate.node,
    cluster: identity.trust.clusterId,
    notBefore: identity.certificate.notBefore,
    schema,
    signer: createSigner(identity),
    now,
    random,
    hasher,
    compressor,
  });
  try {
    const groups = schema.tables.find(({ name }) => name === "archive_entries")?.groups ?? [];
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
