import { readFileSync } from "node:fs";
import { generateArchive, proveOutside } from "@jarvis-crdt/fixtures";
import { Cluster, type ClusterNode, waitFor } from "@jarvis-crdt/harness";
import Database from "better-sqlite3";
import { benchEntries, changedPositions, judged, status } from "../changes.ts";
import type { Sample } from "../figures.ts";
import { logSize, peek, shows, sizeOnDisk } from "../peek.ts";
import { median, quantile } from "../statistics.ts";
import type { Subject, Task } from "../subject.ts";
import { insertEntries } from "../yardsticks.ts";

const keeps = { merges: "field", durable: true, signed: true, encrypted: true } as const;

/** Two `jarvisd` processes that made their archives themselves, in write-ahead mode; another process writes the first. */
export const ownArchives: Subject = {
  name: "own",
  title: "two jarvisd, own archives (wal)",
  group: "ourselves",
  keeps,
  measure: (task) => measure(task, false),
};

/** Two `jarvisd` processes with adopted archives, in journal mode `delete`; all rows of the first were there before. */
export const adoptedArchives: Subject = {
  name: "adopted",
  title: "two jarvisd, adopted archives (delete)",
  group: "ourselves",
  keeps,
  measure: (task) => measure(task, true),
};

const changeRounds = 5;
/** Between two rounds: who writes without end is kept waiting on purpose, in favour of other writers of the file. */
const betweenRoundsMs = 500;
const [singleLeast, singleMost, singleMs] = [20, 500, 2000];
const timeoutMs = 1_800_000;

async function measure(task: Task, adopted: boolean): Promise<Sample> {
  const cluster = await Cluster.create({ dir: task.folder, nodes: 2 });
  try {
    const [a, b] = [cluster.node(1), cluster.node(2)];
    const local = adopted ? await adopt(a, task) : await write(a, task);
    if (adopted) {
      generateArchive({ path: b.archive, rows: 0, seed: task.seed });
      await b.adopt();
    }
    const first = await synchronise(a, b, task.rows);
    const changes = await change(a, b, task);
    const single = await writeSingly(a);
    await cluster.converged(timeoutMs);
    await b.stop();
    const stopped = performance.now();
    await b.start();
    const start = performance.now() - stopped;
    await cluster.stop();
    // An operation is two rows.
    await prove(a, b, task.rows + 2 * single.written);
    return { ...local, ...first, ...changes, ...single.sample, start };
  } finally {
    await cluster.stop();
  }
}

/** From the start of a node that has adopted the rows until all of them stand in its signed log. */
async function adopt(node: ClusterNode, { rows, seed }: Task): Promise<Sample> {
  generateArchive({ path: node.archive, rows, seed, profile: "bench", activities: 0, queued: false });
  await node.adopt();
  await node.start();
  const started = performance.now();
  await logged(node, rows);
  const ms = performance.now() - started;
  await marked(node);
  return { adopted: (rows / ms) * 1000 };
}

/** From the first write of another program until all rows stand in the node's signed log. */
async function write(node: ClusterNode, { rows, seed }: Task): Promise<Sample> {
  await node.start();
  const db = new Database(node.archive, { timeout: 60_000 });
  try {
    const making = insertEntries(db, benchEntries(seed, rows));
    const started = performance.now();
    let made = 0;
    for (const ms of making) {
      made += ms;
      // The node shares the machine, and gets its turn as it would beside any other program.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await logged(node, rows);
    const ms = performance.now() - started - made;
    await marked(node);
    return { local: (rows / ms) * 1000 };
  } finally {
    db.close();
  }
}

/** Asks the outbox, because a node that is asked for its status computes a digest each time. */
async function logged(node: ClusterNode, rows: number): Promise<void> {
  await waitFor(
    async () =>
      peek(node.archive, "SELECT 1 FROM crdt_outbox LIMIT 1") === null &&
      (await node.client.status()).counts.rows >= rows,
    { timeoutMs, intervalMs: 25, what: `${rows} rows in the log of node ${node.index}` },
  );
}

/** A node notes in its archive where each row comes from; while it is still at it, nothing else can be measured. */
async function marked(node: ClusterNode): Promise<void> {
  const unmarked = "SELECT 1 FROM archive_entries WHERE crdt_operation_id IS NULL LIMIT 1";
  await waitFor(() => peek(node.archive, unmarked) === null, {
    timeoutMs,
    intervalMs: 25,
    what: `every row of node ${node.index} marked`,
  });
}

/** From the ready line of an empty node until its archive shows every row and both nodes have one digest. */
async function synchronise(a: ClusterNode, b: ClusterNode, rows: number): Promise<Sample> {
  const { digest } = await a.client.digest();
  await b.start();
  const started = performance.now();
  // The file is asked first: it costs the receiver next to nothing, whereas a digest makes it compute one.
  await waitFor(() => shows(b.archive, rows), {
    timeoutMs,
    intervalMs: 25,
    what: `${rows} rows in the archive of node 2`,
  });
  await waitFor(async () => (await b.client.digest()).digest === digest, {
    timeoutMs,
    intervalMs: 25,
    what: "one digest",
  });
  const ms = performance.now() - started;
  const [senderMemory, receiverMemory] = [peakMemory(a), peakMemory(b)];
  await rested(b);
  const archive = sizeOnDisk(b.archive);
  return {
    sync: (rows / ms) * 1000,
    wire: (await traffic(b)) / rows,
    ...(senderMemory === undefined || receiverMemory === undefined
      ? {}
      : { memory: senderMemory + receiverMemory, senderMemory, receiverMemory }),
    disk: (archive + sizeOnDisk(b.state)) / archive,
  };
}

/** What a node takes on disk is what it takes once it has nothing to do. */
async function rested(node: ClusterNode): Promise<void> {
  const longLog = 2 * 1024 * 1024;
  await waitFor(() => [node.archive, node.state].every((path) => logSize(path) <= longLog), {
    timeoutMs,
    intervalMs: 100,
    what: `short write-ahead logs of node ${node.index}`,
  });
}

/** From the commit of a transaction that changes 100 rows, now and then, until the other archive shows them; median of some rounds. */
async function change(a: ClusterNode, b: ClusterNode, task: Task): Promise<Sample> {
  const [writer, reader] = [new Database(a.archive, { timeout: 60_000 }), new Database(b.archive)];
  try {
    const update = writer.prepare(
      "UPDATE archive_entries SET verification_status = @verification_status, " +
        "verification_score = @verification_score, verification_model = @verification_model, " +
        "verification_timestamp = @verification_timestamp, verification_details = @verification_details WHERE id = @id",
    );
    const seen = reader.prepare("SELECT count(*) FROM archive_entries WHERE verification_status = ?").pluck();
    const positions = changedPositions(task.rows);
    const entries = benchEntries(task.seed, task.rows)
      .filter((_, position) => positions.has(position))
      .toArray();
    const times: number[] = [];
    const bytes: number[] = [];
    const digests: number[] = [];
    for (let round = 1; round <= changeRounds; round++) {
      await new Promise((resolve) => setTimeout(resolve, betweenRoundsMs));
      const before = await traffic(b);
      writer.transaction(() => {
        for (const entry of entries) update.run(judged(entry, round));
      })();
      const committed = performance.now();
      await waitFor(() => seen.get(status(round)) === entries.length, {
        timeoutMs,
        intervalMs: 1,
        what: `${entries.length} changed rows in the archive of node 2`,
      });
      times.push(performance.now() - committed);
      bytes.push((await traffic(b)) - before);
      const asked = performance.now();
      await b.client.digest();
      digests.push(performance.now() - asked);
    }
    return { changesMs: median(times), changesBytes: median(bytes), digest: median(digests) };
  } finally {
    writer.close();
    reader.close();
  }
}

/** One operation after the other, each answered once it is durable, for some seconds at most. Returns how many. */
async function writeSingly(node: ClusterNode): Promise<{ sample: Sample; written: number }> {
  const times: number[] = [];
  const end = performance.now() + singleMs;
  while (times.length < singleMost && (times.length < singleLeast || performance.now() < end)) {
    const n = times.length;
    const body = { operation: "bench", input_data: `question ${n}`, output_data: `answer ${n}` };
    const started = performance.now();
    await node.client.call("POST", "/v1/archive", body);
    times.push(performance.now() - started);
  }
  return {
    sample: { singleP50: quantile(times, 0.5), singleP99: quantile(times, 0.99) },
    written: times.length,
  };
}

/** Encrypted bytes between this node and its only peer, both ways. */
async function traffic(node: ClusterNode): Promise<number> {
  const { bytes_sent, bytes_received } = await node.client.status();
  return bytes_sent + bytes_received;
}

/** Greatest resident memory of the process so far; absent where the system does not say. */
function peakMemory(node: ClusterNode): number | undefined {
  try {
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${node.ready.pid}/status`, "utf8"));
    return peak?.[1] === undefined ? undefined : Number(peak[1]) * 1024;
  } catch {
    return undefined;
  }
}

/** By a process that shares nothing with the nodes. */
async function prove(a: ClusterNode, b: ClusterNode, rows: number): Promise<void> {
  const [sent, received] = [await proveOutside(a.archive), await proveOutside(b.archive)];
  if (sent.rows !== rows || sent.sha256 !== received.sha256) {
    throw new Error(
      `the archives differ, or lack rows of ${rows}: ${JSON.stringify(sent)} and ${JSON.stringify(received)}`,
    );
  }
}
