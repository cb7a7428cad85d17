import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ClusterNode, waitFor } from "@jarvis-crdt/harness";
import { afterAll, expect, test } from "vitest";
import { arrives } from "./kit/arrives.ts";
import { count, counted } from "./kit/counter.ts";
import { layOut } from "./kit/lay-out.ts";
import { startCopy } from "./kit/other-machine.ts";
import { scratch } from "./kit/scratch.ts";

const folder = scratch("clone");
afterAll(() => folder.remove());

const values = { data_type: "input", source: "e2e", operation: "memory_store" };

const add = async (node: ClusterNode, content: string) =>
  (await node.client.call<{ uid: string }>("POST", "/v1/archive", { values: { ...values, content } })).uid;

async function has(node: ClusterNode, uid: string): Promise<void> {
  expect((await node.client.request("GET", `/v1/archive/${uid}`)).status, `${uid} at ${node.index}`).toBe(
    200,
  );
}

test("a folder is put back in place, fence and all, and another copy of it runs elsewhere: no write is lost", {
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
  const rows = [await arrives(node, third, { content: "before" })];
  await count(node, 1);
  await cluster.converged(20_000);
  await node.stop();
  cpSync(node.folder, saved, { recursive: true, preserveTimestamps: true });

  await node.start();
  rows.push(await arrives(node, third, { content: "acknowledged, and on its way elsewhere" }));
  await count(node, 10);
  await waitFor(async () => (await counted(third)) === 11, { what: "the increment arrives" });
  await node.stop();
  await third.stop();

  // Into the very files that are there: nothing tells that they are older.
  for (const name of ["crdt_state.db", "fence", "jarvis_archive.db"]) {
    writeFileSync(join(node.folder, name), readFileSync(join(saved, name)));
  }
  await node.start();
  rows.push(await add(node, "written once more in its place"));
  await count(node, 100);
  await third.start();
  await waitFor(async () => (await counted(third)) === 111 && (await counted(node)) === 111, {
    what: "the fork is healed",
    timeoutMs: 30_000,
  });
  await cluster.converged(20_000);
  expect(readFileSync(node.log, "utf8")).toContain("fork-healed");
  const { voids } = await third.client.call<{ voids: readonly object[] }>("GET", "/v1/voids");
  expect(voids).toMatchObject([{ author: node.ready.node, reason: "fork", settled: true }]);

  // A second machine with the folder as it was; both run, and take turns at the third node.
  await startCopy(clone, saved, folder.path);
  rows.push(await add(clone, "by the clone"), await add(node, "by the first"));
  await count(clone, 1000);
  await count(node, 10_000);
  await cluster.converged(60_000);
  for (const one of cluster.nodes) {
    expect(await counted(one)).toBe(11_111);
    for (const uid of rows) await has(one, uid);
    expect((await one.client.status()).counts.conflicts).toBe(0);
  }
});
