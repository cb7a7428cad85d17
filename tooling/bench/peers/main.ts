// One library, measured in this process: entries written locally, sent to an empty replica, then 100 changed ones.
import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import type { Entry } from "@jarvis-crdt/fixtures";
import { benchEntries, changedPositions, judged } from "../src/changes.ts";
import type { Sample } from "../src/figures.ts";
import type { Adapter, Replica } from "./adapter.ts";

const entriesPerTransaction = 1000;

const { values } = parseArgs({
  options: { peer: { type: "string" }, rows: { type: "string" }, seed: { type: "string" } },
});
const rows = Number(values.rows);
const seed = Number(values.seed);
const { adapter } = (await import(`./adapters/${values.peer}.ts`)) as { adapter: Adapter };
console.log(JSON.stringify(await measure(adapter)));
// Some libraries keep timers that nobody needs any more.
process.exit();

async function measure({ open }: Adapter): Promise<Sample> {
  const [a, b] = [await open("a"), await open("b")];
  let bytes = 0;
  const wire = (message: Uint8Array) => {
    bytes += message.byteLength;
    return message.slice();
  };

  let localMs = 0;
  for (let first = 0, source = benchEntries(seed, rows); first < rows; first += entriesPerTransaction) {
    const chunk: Entry[] = [];
    while (chunk.length < Math.min(entriesPerTransaction, rows - first))
      chunk.push(source.next().value as Entry);
    localMs += await timed(() => a.insert(chunk));
  }
  const syncMs = await timed(() => a.sendTo(b, wire));
  const syncBytes = bytes;

  const positions = changedPositions(rows);
  const changed = benchEntries(seed, rows)
    .filter((_, position) => positions.has(position))
    .map((entry) => judged(entry, 1))
    .toArray();
  await a.judge(changed);
  bytes = 0;
  const changesMs = await timed(() => a.sendTo(b, wire));
  const changesBytes = bytes;
  const memory = process.resourceUsage().maxRSS * 1024;
  await prove(b, positions);
  return {
    local: (rows / localMs) * 1000,
    sync: (rows / syncMs) * 1000,
    wire: syncBytes / rows,
    changesMs,
    changesBytes,
    memory,
  };
}

async function timed(work: () => void | Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Throws unless the replica holds exactly what it should. */
async function prove(replica: Replica, positions: ReadonlySet<number>): Promise<void> {
  const expected = hash(
    benchEntries(seed, rows).map((entry, position) => (positions.has(position) ? judged(entry, 1) : entry)),
  );
  const held = hash([...(await replica.entries())].sort((one, other) => one.id - other.id));
  if (held !== expected) throw new Error(`${values.peer}: B does not hold what A wrote`);
}

function hash(entries: Iterable<Entry>): string {
  const all = createHash("sha256");
  for (const entry of entries) {
    const columns = Object.entries(entry).sort(([one], [other]) => (one < other ? -1 : 1));
    all.update(`${JSON.stringify(columns)}\n`);
  }
  return all.digest("hex");
}
