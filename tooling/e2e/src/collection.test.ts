import { join } from "node:path";
import { type ClusterNode, waitFor } from "@jarvis-crdt/harness";
import { afterAll, expect, test } from "vitest";
import { jarvisctl } from "./kit/jarvisctl.ts";
import { layOut } from "./kit/lay-out.ts";
import { scratch } from "./kit/scratch.ts";

const folder = scratch("collection");
afterAll(() => folder.remove());

/** Nobody is waited for who was away for a second, and nothing is too young to go. */
const storage = { collection: true, collection_lease: "1s", undo_window: "0s" };

interface Standing {
  readonly logs: readonly { readonly batches: number; readonly hollow: number; readonly bytes: number }[];
  readonly members: readonly { readonly node: string; readonly waited_for: boolean }[];
}

const standingOf = (node: ClusterNode) => node.client.call<Standing>("GET", "/v1/collection");
const hollowOf = async (node: ClusterNode) =>
  (await standingOf(node)).logs.reduce((sum, { hollow }) => sum + hollow, 0);
const note = (node: ClusterNode, value: string) => node.client.call("PUT", "/v1/registers/note", { value });
const tags = (node: ClusterNode, change: { add?: readonly string[]; remove?: readonly string[] }) =>
  node.client.call("POST", "/v1/sets/tags", change);

async function seenBy(node: ClusterNode) {
  const [{ value }, { values }] = await Promise.all([
    node.client.call<{ value: string }>("GET", "/v1/registers/note"),
    node.client.call<{ values: readonly string[] }>("GET", "/v1/sets/tags"),
  ]);
  return { note: value, tags: [...values].sort() };
}

test("old history goes; who was away meanwhile and who joins later come to the same state", {
  timeout: 120_000,
}, async () => {
  await using cluster = await layOut({ dir: folder.path, nodes: 4, config: () => ({ storage }) });
  const [one, two, three, four] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode, ClusterNode];
  for (const node of [one, two, three]) await node.start();
  await tags(one, { add: ["kept", "gone", "back"] });
  for (let i = 0; i < 10; i++) await note(one, `first ${i} ${"x".repeat(400)}`);
  await cluster.converged(30_000);

  await three.stop();
  await tags(two, { remove: ["gone"] });
  for (let i = 0; i < 10; i++) await note(two, `second ${i} ${"x".repeat(400)}`);
  await tags(one, { remove: ["back"] });
  await tags(two, { add: ["back", "new"] });
  // Ten and nine notes were overwritten, and what removed a tag has done so.
  for (const node of [one, two])
    await waitFor(async () => (await hollowOf(node)) >= 19, {
      what: `old history is gone at node ${node.index}`,
      timeoutMs: 40_000,
    });
  const expected = { note: `second 9 ${"x".repeat(400)}`, tags: ["back", "kept", "new"] };
  await cluster.converged(30_000);
  expect(await seenBy(one)).toEqual(expected);
  expect(await seenBy(two)).toEqual(expected);
  await four.start();
  await three.start();
  await cluster.converged(60_000);
  for (const node of cluster.nodes) expect(await seenBy(node)).toEqual(expected);
  expect(await hollowOf(four)).toBeGreaterThanOrEqual(19);
  await tags(four, { add: ["four"] });
  await tags(three, { remove: ["new"] });
  await waitFor(async () => (await seenBy(one)).tags.join() === "back,four,kept", { what: "all write on" });
  await cluster.converged(30_000);

  // A state that is made anew has the batches that live; what the others removed, others know.
  await two.stop();
  const repaired = await jarvisctl([
    "scrub",
    "--config",
    join(two.folder, "config.yaml"),
    "--repair",
    "--rebuild",
    "--yes",
    "--json",
  ]);
  expect(repaired).toMatchObject({ code: 0 });
  expect(JSON.parse(repaired.out)).toMatchObject({ damaged: [], rebuilt: { merged: { refused: [] } } });
  await two.start();
  await cluster.converged(60_000);
  expect((await seenBy(two)).tags).toEqual(["back", "four", "kept"]);

  const args = ["--node", one.ready.http, "--token-file", join(one.folder, "http.token")];
  const status = await jarvisctl(["collection", "status", ...args]);
  expect(status).toMatchObject({ code: 0 });
  expect(status.out).toContain(two.ready.node);
});
