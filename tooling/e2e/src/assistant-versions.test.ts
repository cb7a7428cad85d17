import { generateArchive, writeOutside } from "@jarvis-crdt/fixtures";
import { runNode, waitFor, workspacePrograms } from "@jarvis-crdt/harness";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { readContents, settled } from "./kit/contents.ts";
import { knobs } from "./kit/knobs.ts";
import { layOut } from "./kit/lay-out.ts";
import { errorsOf } from "./kit/logs.ts";
import { scratch } from "./kit/scratch.ts";

const folder = scratch("versions");
afterAll(() => folder.remove());

const rows = 600;

test("an assistant of another version deletes on its own node, and one command brings its rows back", {
  timeout: 90_000,
}, async () => {
  await using cluster = await layOut({ dir: folder.path, nodes: 2 });
  const [one, two] = [cluster.node(1), cluster.node(2)];
  generateArchive({ path: one.archive, rows, seed: knobs.seed });
  await one.adopt();
  await cluster.start();
  await settled(cluster, 30_000);
  const all = readContents(two.archive);
  const evictedAtOne = async () => (await one.client.call<Counts>("GET", "/v1/status")).counts.evicted;
  const hiddenAtOne = (count: number) =>
    waitFor(async () => (await evictedAtOne()) === count, { what: `${count} rows are hidden at node 1` });
  const entriesAtOne = (count: number) =>
    waitFor(() => readContents(one.archive).entries === count, { what: `node 1 shows ${count} entries` });

  const started = await writeOutside({ archive: one.archive, startUp: true, version: "0.3", count: 2 });
  expect(started.errors).toEqual([]);
  // Rows without version were re-tagged, and that is nobody else's business.
  expect(started.retagged).toBeGreaterThan(0);
  const hidden = rows - started.retagged!;
  const left = started.retagged! + 4;
  expect(started.deleted).toBe(hidden);
  await hiddenAtOne(hidden);
  await cluster.converged(20_000);
  await waitFor(() => readContents(two.archive).entries === rows + 4, { what: "the new rows at node 2" });
  for (const [hash, times] of all.times)
    expect(readContents(two.archive).times.get(hash), "node 2 keeps every row").toBe(times);

  // Hidden rows go on receiving.
  const verdict = new Database(two.archive, { timeout: 5000 });
  const [id, uid] = verdict
    .prepare("SELECT id, crdt_operation_id FROM archive_entries WHERE program_version = '0.2' LIMIT 1")
    .raw()
    .get() as [number, string];
  verdict
    .prepare("UPDATE archive_entries SET verification_details = 'judged at node 2' WHERE id = ?")
    .run(id);
  verdict.close();
  await waitFor(
    async () => {
      const { body } = await one.client.request("GET", `/v1/archive/${uid}`);
      return (body as Row).values?.verification_details === "judged at node 2";
    },
    { what: "the verdict reaches node 1's state" },
  );
  expect(readContents(one.archive).entries).toBe(left);

  await one.stop();
  await one.start();
  expect(await evictedAtOne()).toBe(hidden);
  const unevict = (...args: readonly string[]) =>
    runNode(workspacePrograms().jarvisctl, [
      ...["archive", "unevict", "--node", one.ready.http, "--token-file", `${one.folder}/http.token`],
      ...args,
    ]);
  expect(await unevict("--uid", uid, "--json")).toMatchObject({ code: 0, stdout: '{"rows":1}\n' });
  await entriesAtOne(left + 1);
  const judged = new Database(one.archive, { readonly: true });
  const details = judged
    .prepare("SELECT verification_details FROM archive_entries WHERE crdt_operation_id = ?")
    .pluck();
  expect(details.get(uid)).toEqual("judged at node 2");
  judged.close();

  expect(await unevict()).toMatchObject({ code: 0, stdout: `${hidden - 1} rows come back.\n` });
  await entriesAtOne(rows + 4);
  await settled(cluster, 30_000);
  await one.stop();
  await one.start();
  expect(await evictedAtOne()).toBe(0);
  await settled(cluster, 30_000);
  for (const node of cluster.nodes) expect(errorsOf(node)).toEqual([]);
});

interface Counts {
  readonly counts: { readonly evicted: number };
}

interface Row {
  readonly values?: { readonly verification_details: unknown };
}
