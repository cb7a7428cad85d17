import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { generateArchive, writeOutside } from "@jarvis-crdt/fixtures";
import { Cluster } from "@jarvis-crdt/harness";
import { apart } from "../apart.ts";
import type { Sample } from "../figures.ts";
import { drained, fill } from "../fill.ts";
import { median } from "../statistics.ts";
import type { Subject, Task } from "../subject.ts";

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
    await apart(beside, remote);
    await drained(beside);
    times.push(await plain());
    const alone = relative(await live(beside.archive), times[1] as Life);
    // Other rows than those that are there already.
    await fill(remote, task.rows, task.seed + 1_000_000);
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
