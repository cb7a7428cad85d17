import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { generateArchive, writeOutside } from "@jarvis-crdt/fixtures";
import { Cluster, type ClusterNode, waitFor } from "@jarvis-crdt/harness";
import Database from "better-sqlite3";
import { benchEntries } from "../changes.ts";
import type { Sample } from "../figures.ts";
import { peek } from "../peek.ts";
import { median } from "../statistics.ts";
import type { Subject, Task } from "../subject.ts";
import { insertEntries } from "../yardsticks.ts";

/** What replication costs the assistant itself, which writes as it always does: a connection for each call, in Python. */
export const assistant: Subject = {
  name: "assistant",
  title: "the assistant beside us",
  group: "ourselves",
  measure,
};

/** Each is two entries, and for some a verdict and an activity. */
const operations = 40;
const timeoutMs = 1_800_000;

async function measure(task: Task): Promise<Sample> {
  const { rows, seed, folder } = task;
  const cluster = await Cluster.create({ dir: folder, nodes: 2 });
  try {
    const [remote, beside] = [cluster.node(1), cluster.node(2)];
    const untouched = join(folder, "untouched.db");
    generateArchive({ path: untouched, rows, seed, profile: "bench", activities: 0, queued: false });
    copyFileSync(untouched, beside.archive);
    await beside.adopt();

    // Disks have moods: each is compared with what the same calls take on an untouched archive just before.
    const plain = () => live(untouched);
    const times = [await plain()];
    const triggers = relative(await live(beside.archive), times[0] as Life);

    // The remote node has its rows ready, and is let in only once the assistant writes.
    await remote.start();
    await beside.start();
    await beside.client.disconnect(remote.ready.node);
    await drained(beside);
    times.push(await plain());
    const alone = relative(await live(beside.archive), times[1] as Life);
    await fill(remote, task);
    times.push(await plain());
    await beside.client.connect(remote.ready.node);
    const streaming = await live(beside.archive);
    await cluster.converged(timeoutMs);
    return {
      writerP50: median(times.map((life) => life.p50)),
      writerTriggers: triggers,
      writerBeside: alone,
      writerStreaming: relative(streaming, times[2] as Life),
      writerWorst: streaming.longest,
    };
  } finally {
    await cluster.stop();
  }
}

/** How long calls took, in milliseconds. */
interface Life {
  readonly p50: number;
  readonly longest: number;
}

const relative = (life: Life, plain: Life) => life.p50 / plain.p50;

/** Throws where one of the assistant's calls failed. */
async function live(archive: string): Promise<Life> {
  const { errors, latency_ms } = await writeOutside({ archive, count: operations });
  const [error] = errors;
  if (error !== undefined) throw new Error(`the assistant could not ${error.call}: ${error.message}`);
  return { p50: latency_ms.p50 as number, longest: latency_ms.max as number };
}

/** Other rows than those that are there already, into the archive of a node that has made it itself. */
async function fill(node: ClusterNode, { rows, seed }: Task): Promise<void> {
  const db = new Database(node.archive, { timeout: 60_000 });
  try {
    const entries = benchEntries(seed + 1_000_000, rows).map((entry) => ({ ...entry, id: null }));
    for (const _ of insertEntries(db, entries)) await new Promise((resolve) => setImmediate(resolve));
  } finally {
    db.close();
  }
  await drained(node);
}

/** Until the node has taken into its log what other programs wrote, or what was there when it was adopted. */
async function drained(node: ClusterNode): Promise<void> {
  await waitFor(() => peek(node.archive, "SELECT 1 FROM crdt_outbox LIMIT 1") === null, {
    timeoutMs,
    intervalMs: 25,
    what: `the outbox of node ${node.index} empty`,
  });
}
