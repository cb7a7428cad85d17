import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ClusterNode, runNode, waitFor, workspacePrograms } from "@jarvis-crdt/harness";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { assistantWrites } from "./kit/assistant.ts";
import { clientWrites } from "./kit/client-load.ts";
import { readContents } from "./kit/contents.ts";
import { counted } from "./kit/counter.ts";
import { knobs } from "./kit/knobs.ts";
import { layOut } from "./kit/lay-out.ts";
import { Ledger } from "./kit/ledger.ts";
import { errorsOf } from "./kit/logs.ts";
import { scratch } from "./kit/scratch.ts";

const folder = scratch("lifetime");
let node: ClusterNode;
/** Another node, which was given the same archive. */
let twin: ClusterNode;

beforeAll(async () => {
  const archive = { path: join(folder.path, "node1", "jarvis_archive.db") };
  const config = (index: number) => (index === 2 ? { archive } : {});
  const cluster = await layOut({ dir: folder.path, nodes: 2, config });
  node = cluster.node(1);
  twin = cluster.node(2);
  await node.start();
});
afterAll(async () => {
  await node?.stop();
  await twin?.stop();
  folder.remove();
});

/** Logs that this node has begun. */
const logs = async () => Object.keys((await node.client.status()).frontier).sort();
const write = async () => void (await node.client.call("POST", "/v1/counters/c", { by: 1 }));

test("a second process on the same data is refused and told who is there", async () => {
  const config = join(node.folder, "config.yaml");
  const { code, stderr } = await runNode(workspacePrograms().jarvisd, ["--config", config]);
  expect(code).toBe(1);
  expect(stderr).toContain(`in use by process ${node.ready.pid}`);
  await write();
  expect((await fetch(`${node.ready.http}/healthz`)).status).toBe(200);
});

test("a clean stop lets the next process go on with the log", async () => {
  const before = await logs();
  expect(before).toHaveLength(1);
  expect(await node.stop(5000)).toEqual({ code: 0, signal: null });
  await node.start();
  await write();
  expect(await logs()).toEqual(before);
  expect((await node.client.status()).incarnation).toBe(before[0]?.split(":")[1]);
});

test("a killed process's successor begins a log of its own, and only with its first write", async () => {
  const before = await logs();
  for (const _ of ["again", "and again"]) {
    await node.kill();
    await node.start();
    const { incarnation } = await node.client.status();
    expect(incarnation).toBeNull();
    expect(await logs()).toEqual(before);
  }
  await write();
  const after = await logs();
  expect(after).toHaveLength(before.length + 1);
  expect(after).toEqual(expect.arrayContaining(before));
});

test("a row is acknowledged once it is durable, also while another program holds the archive", async () => {
  const values = { content: "while locked", data_type: "input", source: "e2e", operation: "memory_store" };
  // In a rollback journal an exclusive lock keeps out readers too.
  await node.stop();
  const assistant = new Database(node.archive);
  let uid: string;
  try {
    assistant.pragma("journal_mode = DELETE");
    await node.start();
    assistant.exec("BEGIN EXCLUSIVE");
    const created = await node.client.request("POST", "/v1/archive", { values });
    expect(created).toMatchObject({ status: 201, body: { id: null } });
    uid = (created.body as { uid: string }).uid;
    const found = await node.client.request("GET", `/v1/archive/${uid}`);
    expect(found).toMatchObject({ status: 200, body: { id: null, values: { content: values.content } } });
    await node.kill();
  } finally {
    assistant.close();
  }
  await node.start();
  await waitFor(
    async () => ((await node.client.request("GET", `/v1/archive/${uid}`)).body as { id: unknown }).id,
    {
      what: "the row has its place in the archive",
    },
  );
  expect([...readContents(node.archive).times.values()]).toEqual([1]);
});

test("SIGTERM ends a node under load within five seconds, and nothing acknowledged is missing", async () => {
  const ledger = new Ledger();
  const assistants = [1, 2].map((seed) =>
    assistantWrites({ archive: node.archive, count: 40, seed: knobs.seed * 10 + seed }, ledger),
  );
  const clients = [1, 2, 3].map((name) =>
    clientWrites(node.client, ledger, { name: `load ${name}`, counter: "load", most: 10_000 }),
  );
  await waitFor(() => ledger.acknowledged > 30, { what: "writers are at work" });
  expect(await node.stop(5000)).toEqual({ code: 0, signal: null });
  await Promise.all([...assistants, ...clients]);
  await node.start();
  const missing = () => {
    const { times } = readContents(node.archive);
    return [...ledger.rows].filter(([hash, fate]) => {
      const count = times.get(hash) ?? 0;
      return fate === "acknowledged" ? count !== 1 : count > 1;
    });
  };
  await waitFor(() => missing().length === 0, { what: "every acknowledged row stands in the archive once" });
  const value = await counted(node, "load");
  expect(value).toBeGreaterThanOrEqual(ledger.counter.least);
  expect(value).toBeLessThanOrEqual(ledger.counter.most);
  expect(ledger.complaints).toEqual([]);
  expect(errorsOf(node).filter(({ code }) => code !== "locked")).toEqual([]);
});

test("another node on the same archive is refused and told whose it is, until that one has gone", async () => {
  await waitFor(() => readMarker(node.archive) === node.ready.node, { what: "the archive says whose it is" });
  await expect(twin.start()).rejects.toThrow();
  const said = readFileSync(twin.log, "utf8");
  expect(said).toContain("archive-in-use");
  expect(said).toContain(`node ${node.ready.node} (process ${node.ready.pid}) works with ${node.archive}`);
  await write();
  await node.kill();
  await twin.start();
  await twin.stop();
  await node.start();
  expect(existsSync(`${node.archive}.crdt-lock`)).toBe(true);
});

function readMarker(path: string): unknown {
  const db = new Database(path, { readonly: true, timeout: 5000 });
  try {
    return db.prepare("SELECT node FROM crdt_marker").pluck().get();
  } finally {
    db.close();
  }
}
