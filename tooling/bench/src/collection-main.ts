// What it takes to throw old history away: rows that were all changed twice, in one store. Measured in this process.
// `node -C source tooling/bench/src/collection-main.ts --rows 1000000`; the folder is made beside the system's temporary files.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { ColumnGroup } from "@jarvis-crdt/crdt";
import type { SqliteStore } from "@jarvis-crdt/store-sqlite";
import { benchEntries } from "./changes.ts";
import { openMeasured, random, statePath } from "./measured-store.ts";

const { values } = parseArgs({ options: { rows: { type: "string", default: "100000" } } });
const rows = Number(values.rows);
const perTransaction = 1000;
const nothing = { intents: [], times: [], entries: [], evicted: [] };

const folder = mkdtempSync(join(tmpdir(), "jarvis-bench-collection-"));
try {
  console.log(JSON.stringify(await measure(), null, 2));
} finally {
  rmSync(folder, { recursive: true });
}

async function measure(): Promise<object> {
  const { store, groups } = await openMeasured(folder, "normal");
  try {
    await write(store, groups);
    await store.digest();
    const [log] = (await store.interpreted()).keys();
    const weighed = await timed(() => store.weight(log!, 0, Number.MAX_SAFE_INTEGER));
    const { digest } = await store.digest();
    const size = statSync(statePath(folder)).size;
    const collected = await collectAll(store);
    const after = await store.digest();
    if (Buffer.compare(digest, after.digest) !== 0) throw new Error("collecting changed the state");
    const again = await timed(() => collectAll(store));
    return {
      rows: after.rows,
      operations: rows * 3,
      ...weighed.result,
      weigh_ms: Math.round(weighed.ms),
      ...collected,
      again_cpu_ms: again.result.collect_cpu_ms,
      file_bytes: size,
      greatest_memory_bytes: process.resourceUsage().maxRSS * 1024,
    };
  } finally {
    await store.close();
  }
}

/** All rows, then each of them judged, and judged once more. */
async function write(store: SqliteStore, groups: readonly ColumnGroup[]): Promise<void> {
  const columns = groups.flatMap((group) => group.columns);
  const judgement = groups.find((group) => group.columns.includes("verification_status"))!;
  const source = benchEntries(1, rows);
  const uids: Uint8Array[] = [];
  const said = (status: string) =>
    judgement.columns.map((column) => (column === "verification_status" ? status : null));
  for (const status of ["added", "verified", "rejected"]) {
    for (let done = 0; done < rows; done += perTransaction) {
      const count = Math.min(perTransaction, rows - done);
      if (status === "added") {
        const intents = Array.from({ length: count }, () => {
          const entry = source.next().value as unknown as Record<string, string | number | null>;
          const uid = random(16);
          uids.push(uid);
          const row = columns.map((column) => entry[column] ?? null);
          return { kind: "row.add" as const, table: "archive_entries", uid, hint: null, values: row };
        });
        await store.commit({ intents });
      } else {
        const intents = uids.slice(done, done + count).map((uid) => ({
          kind: "row.set" as const,
          table: "archive_entries",
          uid,
          group: judgement.name,
          values: said(status),
        }));
        await store.commit({ intents });
      }
      if (done % 50_000 === 0) process.stderr.write(`\r${status} ${done} of ${rows}  `);
      if (done % 50_000 === 0 || done + count === rows) show(store);
    }
    await store.digest();
    store.state.rest();
  }
  process.stderr.write("\n");
}

/** Has an archive show everything, as it were. */
function show({ state: { archive } }: SqliteStore): void {
  for (let plan = 0; archive.hasWork(); plan++) {
    const request = { nonce: `${plan}`, captured: nothing, maxRows: 20_000, also: [] };
    for (const _ of archive.plan(request).pages);
    archive.confirm();
  }
}

async function collectAll(store: SqliteStore) {
  const logs = await store.interpreted();
  const sum = {
    pages: 0,
    emptied: 0,
    emptied_bytes: 0,
    collect_ms: 0,
    collect_cpu_ms: 0,
    longest_page_ms: 0,
  };
  let from: Awaited<ReturnType<typeof store.collect>>["next"];
  do {
    const request = { logs, before: Number.MAX_SAFE_INTEGER, from };
    const { result, ms, cpu } = await timed(() => store.collect(request));
    sum.pages++;
    sum.emptied += result.batches;
    sum.emptied_bytes += result.bytes;
    sum.collect_ms = Math.round(sum.collect_ms + ms);
    sum.collect_cpu_ms = Math.round(sum.collect_cpu_ms + cpu);
    sum.longest_page_ms = Math.max(sum.longest_page_ms, Math.round(ms));
    from = result.next;
  } while (from !== undefined);
  return sum;
}

interface Timed<T> {
  readonly result: T;
  readonly ms: number;
  /** Of all threads, in ms. */
  readonly cpu: number;
}

async function timed<T>(body: () => Promise<T>): Promise<Timed<T>> {
  const started = performance.now();
  const used = process.cpuUsage();
  const result = await body();
  const { user, system } = process.cpuUsage(used);
  return { result, ms: performance.now() - started, cpu: (user + system) / 1000 };
}
