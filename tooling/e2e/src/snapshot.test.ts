import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ClusterNode, waitFor } from "@jarvis-crdt/harness";
import { afterAll, expect, test } from "vitest";
import { arrives } from "./kit/arrives.ts";
import { settled } from "./kit/contents.ts";
import { count, counted } from "./kit/counter.ts";
import { layOut } from "./kit/lay-out.ts";
import { startCopy } from "./kit/other-machine.ts";
import { times, writes } from "./kit/reconciling.ts";
import { scratch } from "./kit/scratch.ts";

const folder = scratch("snapshot");
afterAll(() => folder.remove());

/** The files of a node while it runs, all of one instant. */
function takeSnapshot(node: ClusterNode, to: string): void {
  process.kill(node.ready.pid, "SIGSTOP");
  cpSync(node.folder, to, { recursive: true, preserveTimestamps: true });
  process.kill(node.ready.pid, "SIGCONT");
}

/** Into the very files that are there, as a disk that is rolled back. */
function putBack(from: string, to: string): void {
  for (const name of readdirSync(to)) {
    const path = join(to, name);
    if (statSync(path).isFile() && !readdirSync(from).includes(name)) rmSync(path);
  }
  for (const name of readdirSync(from))
    if (statSync(join(from, name)).isFile()) writeFileSync(join(to, name), readFileSync(join(from, name)));
}

test("a live snapshot of a node runs beside it on another machine, and later in its place: no log is written twice, nothing is lost", {
  timeout: 120_000,
}, async () => {
  await using cluster = await layOut({
    dir: folder.path,
    nodes: 3,
    dials: (index) => (index === 1 ? [] : [1]),
  });
  const [third, node, clone] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  const saved = join(folder.path, "saved");
  await third.start();
  await node.start();
  await arrives(node, third, { content: "before" });
  await count(node, 1);
  takeSnapshot(node, saved);

  await arrives(node, third, { content: "after the snapshot" });
  await count(node, 10);
  await startCopy(clone, saved, folder.path);
  writes(clone, "by the copy");
  writes(node, "by the first");
  await Promise.all([count(clone, 100), count(node, 1000)]);
  await waitFor(async () => (await counted(third)) === 1111, { what: "both are heard", timeoutMs: 30_000 });
  await settled(cluster, 30_000);

  await node.kill();
  writes(node, "by the assistant while it was down, and rolled back with the disk");
  putBack(saved, node.folder);
  await node.start();
  await count(node, 10_000);
  writes(node, "after the roll-back");
  await waitFor(async () => (await counted(third)) === 11_111, { what: "it goes on", timeoutMs: 30_000 });
  await settled(cluster, 30_000);
  for (const one of cluster.nodes) {
    expect(await counted(one)).toBe(11_111);
    for (const content of ["by the copy", "by the first", "after the roll-back"])
      expect(times(one, content), `${content} at ${one.index}`).toBe(1);
    expect((await one.client.status()).counts).toMatchObject({ conflicts: 0, quarantined: 0 });
    expect(await one.client.call("GET", "/v1/voids")).toEqual({ voids: [] });
  }
});
