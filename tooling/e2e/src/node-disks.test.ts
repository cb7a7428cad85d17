import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ClusterNode, failAlways, hasStrace, traceRunning, waitFor } from "@jarvis-crdt/harness";
import { afterAll, expect, test } from "vitest";
import { settled } from "./kit/contents.ts";
import { counted } from "./kit/counter.ts";
import { jarvisctl } from "./kit/jarvisctl.ts";
import { layOut } from "./kit/lay-out.ts";
import { times, writes } from "./kit/reconciling.ts";
import { scratch } from "./kit/scratch.ts";
import { canMount, SmallDisk } from "./kit/small-disk.ts";

const folder = scratch("node-disks");
afterAll(() => folder.remove());

const values = { data_type: "input", source: "e2e", operation: "memory_store" };
const add = (node: ClusterNode, content: string) =>
  node.client.request("POST", "/v1/archive", { values: { ...values, content } });
const count = async (node: ClusterNode) =>
  (await node.client.request("POST", "/v1/counters/c", { by: 1 })).status === 200 ? 1 : 0;

async function findings(config: string): Promise<readonly string[]> {
  const { out } = await jarvisctl(["doctor", "--config", config, "--json"]);
  return (JSON.parse(out).findings as { code: string; level: string }[])
    .filter(({ level }) => level === "problem")
    .map(({ code }) => code);
}

test.skipIf(!canMount || !hasStrace())(
  "a node whose disk is full, read-only or fails says so, acknowledges nothing it cannot keep, and goes on afterwards",
  { timeout: 120_000 },
  async (context) => {
    using disk = new SmallDisk(join(folder.path, "node1"), 100);
    if (!disk.isMounted) return context.skip("one may not mount here");
    await using cluster = await layOut({ dir: folder.path, nodes: 2 });
    const [one, two] = cluster.nodes as [ClusterNode, ClusterNode];
    await cluster.start();
    const config = join(one.folder, "config.yaml");
    let acknowledged = await count(one);
    writes(one, "before");
    await settled(cluster, 30_000);
    expect(await findings(config)).toEqual([]);

    // Full: whatever size it asks for, nothing is left.
    const ballast = join(disk.path, "ballast");
    fill(ballast);
    for (let tries = 0; tries < 40; tries++) acknowledged += await count(one);
    const refused = await add(one, "x".repeat(100_000));
    expect(refused).toMatchObject({ status: 507, body: { code: "disk-full" } });
    expect(await findings(config)).toContain("disk-full");
    expect((await add(two, "while the other is full")).status).toBe(201);
    rmSync(ballast);
    await waitFor(async () => (await add(one, "there is room")).status === 201, {
      what: "it takes writes again",
    });
    acknowledged += await count(one);
    await settled(cluster, 30_000);

    await one.stop();
    expect(disk.remount("ro")).toBe(true);
    expect(await findings(config)).toContain("read-only");
    expect(disk.remount("rw")).toBe(true);
    await one.start();
    acknowledged += await count(one);

    // Every fsync fails: the first one may be of what is tidied while nothing is to do, not of a write.
    await traceRunning(one.ready.pid, failAlways("fsync,fdatasync"));
    const failed = await one.client.request("POST", "/v1/counters/c", { by: 1 });
    expect(failed).toMatchObject({ status: 500, body: { code: "disk-failed" } });
    acknowledged += await count(one);
    await one.kill();
    await one.start();
    acknowledged += await count(one);
    writes(one, "afterwards");
    await settled(cluster, 30_000);
    for (const node of cluster.nodes) {
      expect(await counted(node)).toBeGreaterThanOrEqual(acknowledged);
      expect(times(node, "before")).toBe(1);
      expect(times(node, "afterwards")).toBe(1);
      expect((await node.client.status()).counts).toMatchObject({ conflicts: 0, quarantined: 0 });
    }
  },
);

function fill(path: string): void {
  for (const size of [1_000_000, 100_000, 4096]) while (appended(path, size));
}

function appended(path: string, size: number): boolean {
  try {
    writeFileSync(path, Buffer.alloc(size), { flag: "a" });
    return true;
  } catch {
    return false;
  }
}
