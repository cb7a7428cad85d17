import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Cluster, type ClusterNode, waitFor } from "@jarvis-crdt/harness";
import { apart } from "../apart.ts";
import { fill } from "../fill.ts";
import { shows } from "../peek.ts";
import { exponent } from "../statistics.ts";
import type { Subject, Task } from "../subject.ts";

/** How the time of a first synchronisation grows with the nodes that want it, and with the authors it comes from. */
export const many: Subject = {
  name: "many",
  title: "many jarvisd",
  group: "ourselves",
  leastRows: 10_000,
  mostRows: 50_000,
  async measure(task) {
    return {
      peersGrowth: await growth(task, "peers"),
      logsGrowth: await growth(task, "logs"),
    };
  },
};

const counts = [1, 4];
const timeoutMs = 1_800_000;

async function growth(task: Task, of: "peers" | "logs"): Promise<number> {
  const points: { x: number; y: number }[] = [];
  for (const count of counts) {
    const dir = join(task.folder, `${of}-${count}`);
    mkdirSync(dir);
    const y =
      of === "peers" ? await synchronise(task, dir, 1, count) : await synchronise(task, dir, count, 1);
    points.push({ x: count, y });
  }
  return exponent(points) as number;
}

/**
 * Milliseconds until all rows, in equal parts by so many authors, are at so many receivers, which get them at once from the first author.
 * The machine is one: what k receivers do in parallel shares its cores.
 */
async function synchronise(
  { rows, seed }: Task,
  dir: string,
  authors: number,
  receivers: number,
): Promise<number> {
  // Everybody dials the first author.
  const cluster = await Cluster.create({
    dir,
    nodes: authors + receivers,
    dials: (i) => (i === 1 ? [] : [1]),
  });
  try {
    await cluster.start();
    const [hub] = cluster.nodes as [ClusterNode];
    const waiting = cluster.nodes.slice(authors);
    for (const node of waiting) await apart(node, hub);
    const part = Math.floor(rows / authors);
    for (const [i, author] of cluster.nodes.slice(0, authors).entries())
      await fill(author, part, seed + i * 1_000_000);
    await arrived(hub, part * authors);
    const started = performance.now();
    await Promise.all(waiting.map((node) => node.client.connect(hub.ready.node)));
    await Promise.all(waiting.map((node) => arrived(node, part * authors)));
    const ms = performance.now() - started;
    await cluster.converged(timeoutMs);
    return ms;
  } finally {
    await cluster.stop();
  }
}

async function arrived(node: ClusterNode, rows: number): Promise<void> {
  await waitFor(() => shows(node.archive, rows), {
    timeoutMs,
    intervalMs: 25,
    what: `${rows} rows in the archive of node ${node.index}`,
  });
}
