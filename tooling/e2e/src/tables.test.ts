import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  type Cluster,
  type ClusterNode,
  mustRunNode,
  runNode,
  waitFor,
  workspacePrograms,
} from "@jarvis-crdt/harness";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { layOut } from "./kit/lay-out.ts";
import { errorsOf } from "./kit/logs.ts";
import { scratch } from "./kit/scratch.ts";

const folder = scratch("tables");
afterAll(() => folder.remove());

const programs = workspacePrograms();

function within(name: string): string {
  const path = join(folder.path, name);
  mkdirSync(path);
  return path;
}

function inArchive<T>(node: ClusterNode, work: (db: Database.Database) => T): T {
  const db = new Database(node.archive, { timeout: 5000 });
  try {
    return work(db);
  } finally {
    db.close();
  }
}

function all(node: ClusterNode, sql: string): unknown[] {
  return inArchive(node, (db) => db.prepare(sql).raw().all());
}

function run(node: ClusterNode, sql: string): void {
  inArchive(node, (db) => db.exec(sql));
}

async function table(node: ClusterNode, action: "add" | "remove", ...args: readonly string[]) {
  const config = `${node.folder}/config.yaml`;
  await mustRunNode(programs.jarvisctl, ["table", action, ...args, "--config", config, "--json"]);
}

/** Waits until what the applications wrote is captured, and every node has shown what every node has. */
async function settled(cluster: Cluster, timeoutMs: number): Promise<void> {
  const open = `SELECT 1 FROM crdt_outbox UNION ALL SELECT 1 FROM crdt_marker WHERE nonce GLOB '* *'
    UNION ALL SELECT 1 FROM sqlite_schema WHERE name='crdt_leftovers'`;
  const isCaptured = () => cluster.nodes.every((node) => all(node, open).length === 0);
  await waitFor(isCaptured, { what: "everything is captured", timeoutMs });
  await cluster.converged(timeoutMs);
  const isShown = () =>
    cluster.nodes.every((node) => {
      const state = new Database(node.state, { readonly: true });
      try {
        return state.prepare("SELECT 1 FROM crdt_todo LIMIT 1").get() === undefined;
      } finally {
        state.close();
      }
    });
  await waitFor(isShown, { what: "everything is shown", timeoutMs });
}

const reload = (node: ClusterNode) => node.client.call("POST", "/v1/reload");

test("an operation gets its type by the mapping, and is found by its uid, on every node", {
  timeout: 90_000,
}, async () => {
  await using cluster = await layOut({
    dir: within("operations"),
    nodes: 2,
    config: () => ({ archive: { operations: { "tool_*": "pn_counter", "*": "g_set" } } }),
  });
  await cluster.start();
  const [one, two] = [cluster.node(1), cluster.node(2)];
  const types = { memory_store: "or_set", llm_query: "g_counter", tool_lamp: "pn_counter", news: "g_set" };
  for (const [operation, type] of Object.entries(types)) {
    const { uid, id } = await one.client.call<{ uid: string; id: number }>("POST", "/v1/archive", {
      operation,
      input_data: { question: operation },
      output_data: "42",
      metadata: { by: "test" },
    });
    await settled(cluster, 30_000);
    for (const node of [one, two]) {
      const entry = await node.client.call<{ crdt_type: string; values: Record<string, unknown> }>(
        "GET",
        `/v1/archive/${uid}`,
      );
      expect(entry.crdt_type).toBe(type);
      expect(entry.values).toMatchObject({ operation, content: JSON.stringify({ question: operation }) });
      // The assistant finds it too, and the two names of one row lead to each other.
      const rows = all(node, `SELECT id, crdt_type FROM archive_entries WHERE crdt_operation_id='${uid}'`);
      expect(rows).toEqual([[node === one ? id : expect.any(Number), type]]);
      expect(
        all(node, `SELECT content FROM archive_entries WHERE json_extract(metadata,'$.input_uid')='${uid}'`),
      ).toEqual([["42"]]);
    }
  }
  expect((await one.client.request("GET", `/v1/archive/${"0".repeat(32)}`)).status).toBe(404);
});

test("any table replicates that has a key, declared while its node runs, with the rows it holds", {
  timeout: 180_000,
}, async () => {
  await using cluster = await layOut({ dir: within("tables"), nodes: 2 });
  await cluster.start();
  const [one, two] = [cluster.node(1), cluster.node(2)];
  for (const node of [one, two]) {
    run(
      node,
      `CREATE TABLE loans(reader TEXT, book INT, due TEXT, note TEXT, PRIMARY KEY(reader, book)) WITHOUT ROWID;
       CREATE TABLE notes(id INTEGER PRIMARY KEY, title TEXT, body TEXT);
       CREATE TABLE settings(name TEXT PRIMARY KEY, value);
       CREATE TABLE heap(a, b); CREATE VIEW latest AS SELECT max(due) AS due FROM loans;`,
    );
  }
  run(
    one,
    "INSERT INTO loans VALUES('ann',1,'mon',NULL),('bob',2,'tue',NULL); INSERT INTO notes(title) VALUES('first')",
  );
  run(two, "INSERT INTO loans VALUES('ann',1,'wed',NULL),('cid',3,'thu',NULL)");

  for (const node of [one, two]) {
    await table(node, "add", "loans", "--lww", "due,note");
    await table(node, "add", "notes");
    await table(node, "add", "settings", "--deletes", "evict");
    await reload(node);
  }
  for (const [name, why] of [
    ["heap", "cannot be told apart"],
    ["latest", "it is a view"],
    ["gone", "has no table gone"],
  ]) {
    const args = ["table", "add", name!, "--config", `${one.folder}/config.yaml`, "--json"];
    const refused = await runNode(programs.jarvisctl, args);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain(why);
  }

  await settled(cluster, 60_000);
  const loans = "SELECT reader,book,due,note FROM loans ORDER BY reader";
  const notes = "SELECT title,body FROM notes ORDER BY title";
  expect(all(one, loans)).toHaveLength(3);
  expect(all(two, loans)).toEqual(all(one, loans));
  expect(all(two, notes)).toEqual([["first", null]]);

  run(one, "UPDATE loans SET note='one' WHERE reader='ann'; DELETE FROM loans WHERE reader='bob'");
  run(two, "UPDATE loans SET due='sat' WHERE reader='ann'; INSERT INTO notes(title) VALUES('second')");
  run(two, "UPDATE loans SET book=4 WHERE reader='cid'; INSERT INTO settings VALUES('mode','dark')");
  await settled(cluster, 30_000);
  for (const node of [one, two]) {
    expect(all(node, loans)).toEqual([
      ["ann", 1, "sat", "one"],
      ["cid", 4, "thu", null],
    ]);
    expect(all(node, notes)).toEqual([
      ["first", null],
      ["second", null],
    ]);
  }

  // Posting a row whose key is there changes it; what one application deletes of settings stays with the others.
  const posted = { table: "loans", values: { reader: "ann", book: 1, due: "sun", note: "by the interface" } };
  await two.client.call("POST", "/v1/archive", posted);
  run(one, "DELETE FROM settings");
  run(one, "INSERT INTO agent_workflow_states(agent_id,workflow_id,state_data) VALUES('a','w','1')");
  await settled(cluster, 30_000);
  run(two, "UPDATE agent_workflow_states SET state_data='2' WHERE agent_id='a'");
  await settled(cluster, 30_000);
  expect(all(one, "SELECT due,note FROM loans WHERE reader='ann'")).toEqual([["sun", "by the interface"]]);
  expect(all(one, "SELECT * FROM settings")).toEqual([]);
  expect(all(two, "SELECT * FROM settings")).toEqual([["mode", "dark"]]);
  expect(all(one, "SELECT agent_id,workflow_id,state_data FROM agent_workflow_states")).toEqual([
    ["a", "w", "2"],
  ]);

  // Taken out and put back, with what was written meanwhile.
  await table(one, "remove", "loans", "--yes");
  await reload(one);
  run(one, "UPDATE loans SET note='alone' WHERE reader='cid'; INSERT INTO loans VALUES('dee',9,'fri',NULL)");
  run(two, "UPDATE loans SET due='tue' WHERE reader='cid'");
  await table(one, "add", "loans", "--lww", "due,note");
  await reload(one);
  await settled(cluster, 60_000);
  expect(all(two, loans)).toEqual(all(one, loans));
  expect(all(two, "SELECT due FROM loans WHERE reader='cid'")).toEqual([["tue"]]);
  expect(all(two, "SELECT count(*) FROM loans WHERE reader='dee'")).toEqual([[1]]);
  for (const node of [one, two]) {
    expect((await node.client.status()).counts.quarantined).toBe(0);
    expect(errorsOf(node)).toEqual([]);
  }
});
