import { join } from "node:path";
import { type ClusterNode, runNode, waitFor, workspacePrograms } from "@jarvis-crdt/harness";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { layOut } from "./kit/lay-out.ts";
import { scratch } from "./kit/scratch.ts";

const folder = scratch("together");
afterAll(() => folder.remove());

const { jarvisctl } = workspacePrograms();

const counterAt = async (node: ClusterNode, name: string) => {
  const { status, body } = await node.client.request("GET", `/v1/counters/${name}`);
  return status === 404 ? 0 : (body as { value: number }).value;
};

interface Why {
  readonly synced: boolean;
  readonly causes: readonly { readonly code: string; readonly peer: string; readonly sentence: string }[];
}

const why = (node: ClusterNode, about = "") => node.client.call<Why>("GET", `/v1/why${about}`);

/** The same as an operator sees it. */
async function jarvisctlWhy(node: ClusterNode) {
  const token = join(node.folder, "http.token");
  return await runNode(jarvisctl, ["why", "--node", node.ready.http, "--token-file", token]);
}

async function allIsWell(node: ClusterNode): Promise<void> {
  await waitFor(async () => (await why(node)).synced, { what: `nothing is missing at node ${node.index}` });
}

function syncLog(node: ClusterNode): readonly { readonly received: number; readonly sent: number }[] {
  const state = new Database(node.state, { readonly: true });
  const rows = state.prepare("SELECT operations_received AS received, operations_sent AS sent FROM sync_log");
  const log = rows.all() as { received: number; sent: number }[];
  state.close();
  return log;
}

test("five nodes: pairs that meet have the sum, each row comes to each node about once, and why tells why not", {
  timeout: 120_000,
}, async () => {
  const lazy = { mode: "lazy", priority: "low" };
  await using cluster = await layOut({
    dir: folder.path,
    nodes: 5,
    config: (index) => ({ synchronization: index === 5 ? lazy : { batch_size: 100 } }),
  });
  await cluster.start();
  const nodes = cluster.nodes;
  const [one, two, , four, five] = nodes as [ClusterNode, ClusterNode, ClusterNode, ClusterNode, ClusterNode];
  for (const node of nodes) await allIsWell(node);

  for (const node of nodes) await node.client.call("POST", "/v1/counters", { add: { n: node.index } });
  for (const [i, a] of nodes.entries())
    for (const b of nodes.slice(i + 1)) await a.client.call("POST", `/v1/peers/${b.ready.node}/sync`);
  await waitFor(
    async () => (await Promise.all(nodes.map((node) => counterAt(node, "n")))).join() === "15,15,15,15,15",
    {
      what: "15 on all five",
    },
  );

  // Every node writes, all are connected with all, and what one writes the others could bring as well.
  const element = (node: ClusterNode, i: number) => `${node.index} ${i} ${"x".repeat(50)}`;
  await Promise.all(
    nodes.slice(0, 4).map(async (node) => {
      for (let part = 0; part < 5; part++) {
        const add = Array.from({ length: 500 }, (_, i) => element(node, part * 500 + i));
        await node.client.call("POST", "/v1/sets/s", { add });
      }
    }),
  );
  for (const node of nodes.slice(0, 4)) await allIsWell(node);

  // A lazy node's change waits, whatever else goes on; asked for, it comes.
  await five.client.call("POST", "/v1/counters/late", { by: 7 });
  await two.client.call("POST", "/v1/counters/soon", { by: 1 });
  await waitFor(async () => (await counterAt(five, "soon")) === 1, { what: "what is eager arrives" });
  expect(await counterAt(one, "late")).toBe(0);
  expect((await why(five)).causes.map(({ code }) => code)).toContain("peer-behind");
  await one.client.call("POST", `/v1/peers/${five.ready.node}/sync`);
  expect(await counterAt(one, "late")).toBe(7);

  const gone = four.ready.node;
  await four.stop();
  await waitFor(async () => !(await why(one, `?about=${gone}`)).synced, {
    what: "why names the node that is away",
  });
  const told = await jarvisctlWhy(one);
  expect(told).toMatchObject({ code: 1, stderr: "" });
  expect(told.stdout).toContain(gone);
  await one.client.call("POST", "/v1/counters/missed", { by: 3 });
  const behind = (await why(one)).causes.find(({ code, peer }) => code === "peer-behind" && peer === gone);
  // That one, and perhaps what node 5 kept to itself until node 1 asked for it, and what node 4 had no time to confirm.
  expect(behind?.sentence).toMatch(/stored [123] operation/);
  await four.start();
  await waitFor(async () => (await counterAt(four, "missed")) === 3, { what: "what was missed arrives" });
  await allIsWell(four);
  await allIsWell(one);
  expect(await jarvisctlWhy(one)).toMatchObject({ code: 0, stdout: "Everything is in sync.\n" });

  await five.client.call("POST", `/v1/peers/${one.ready.node}/sync`);
  const { counts } = await one.client.status();
  expect(counts.operations).toBe(5 + 4 * 2500 + 3);
  await cluster.stop();
  const logs = nodes.map(syncLog);
  const received = logs.flat().reduce((sum, line) => sum + line.received, 0);
  expect(received / (counts.operations * 4)).toBeGreaterThan(0.99);
  expect(received / (counts.operations * 4)).toBeLessThan(1.2);
});
