import { copyFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { installCapture } from "../capture.ts";
import { type ArchiveDatabase, openArchiveDatabase } from "../database.ts";
import type { Exchange } from "../exchange.ts";
import { TestNode } from "../testing/node.ts";
import { smallMappings, smallSchema } from "../testing/small-archive.ts";
import type { Reconciled } from "./reconcile.ts";

/** A status stands for a time here: pending, rejected, verified; first, second. */
const mappings = smallMappings.map((one) => (one.stamped ? { ...one, times: { verdict: "status" } } : one));

let now: number;
let a: TestNode;
let b: TestNode;
beforeEach(() => {
  now = 1_800_000_000_000;
  [a, b] = [1, 2].map((seed) => new TestNode(seed, mappings, () => ++now)) as [TestNode, TestNode];
  for (const node of [a, b]) {
    app(node, (db) => {
      db.exec(smallSchema);
      installCapture(db, mappings);
    });
  }
});
afterEach(() => {
  a[Symbol.dispose]();
  b[Symbol.dispose]();
});

function app<T>(node: TestNode, work: (db: ArchiveDatabase) => T): T {
  const db = openArchiveDatabase(node.archivePath, { create: true });
  try {
    return work(db);
  } finally {
    db.close();
  }
}

const run = (node: TestNode, sql: string) => app(node, (db) => db.exec(sql));
const all = (node: TestNode, sql: string) => app(node, (db) => db.prepare(sql).raw().all());
const bodies = (node: TestNode) =>
  app(node, (db) => db.prepare("SELECT body FROM entries ORDER BY body").pluck().all());

async function backUp(node: TestNode, name: string): Promise<string> {
  const path = join(node.folder, name);
  const db = openArchiveDatabase(node.archivePath);
  await db.backup(path);
  db.close();
  return path;
}

/** Through SQLite's backup interface, into the file that is there. */
async function restore(node: TestNode, path: string): Promise<void> {
  const db = openArchiveDatabase(path);
  await db.backup(node.archivePath);
  db.close();
}

/** Exchanges until nothing is to do; what RECONCILE did, where it ran. */
function settle(node: TestNode): Reconciled | undefined {
  let reconciled: Reconciled | undefined;
  for (let runs = 0; runs < 500; runs++) {
    const exchange: Exchange | undefined = node.exchange();
    if (exchange?.outcome === "idle") return reconciled;
    if (exchange?.outcome === "done") reconciled = exchange.reconciled ?? reconciled;
  }
  throw new Error("the archive does not come to rest");
}

function sync(): void {
  for (let round = 0; round < 2; round++) {
    a.pull(b);
    b.pull(a);
    settle(a);
    settle(b);
  }
}

function digest(node: TestNode): string {
  for (;;) {
    const result = node.state.stepDigest();
    if (result !== undefined) return Buffer.from(result.digest).toString("hex");
  }
}

function converged(): void {
  sync();
  expect(digest(a)).toBe(digest(b));
  expect(bodies(a)).toEqual(bodies(b));
}

const conflictLog = (node: TestNode) => {
  const db = openArchiveDatabase(join(node.folder, "state.db"), { readonly: true });
  try {
    return db.prepare("SELECT conflict_type,resolution_details FROM conflict_log ORDER BY id").all() as {
      conflict_type: string;
      resolution_details: string;
    }[];
  } finally {
    db.close();
  }
};

it("shows again what a restored copy lacks, and captures what is written right afterwards", async () => {
  run(a, "INSERT INTO entries(body,status) VALUES('one','pending'),('two','pending')");
  settle(a);
  const old = await backUp(a, "old.db");
  run(a, "INSERT INTO entries(body) VALUES('three'),('four'); INSERT INTO events(what) VALUES('event')");
  run(a, "UPDATE entries SET status='verified' WHERE body='one'");
  settle(a);
  await restore(a, old);
  // Under an id that 'three' had.
  run(a, "INSERT INTO entries(body) VALUES('five'); UPDATE entries SET status='rejected' WHERE body='two'");
  expect(settle(a)).toEqual({ matched: 2, putBack: 3, removed: 0, leftovers: 0, taken: 0, conflicts: 0 });
  expect(bodies(a)).toEqual(["five", "four", "one", "three", "two"]);
  expect(all(a, "SELECT body,status FROM entries WHERE status<>'pending' ORDER BY body")).toEqual([
    ["one", "verified"],
    ["two", "rejected"],
  ]);
  expect(a.state.counts().conflicts).toBe(0);
  converged();
  expect(bodies(b)).toHaveLength(5);
  // And all is as usual again.
  run(a, "INSERT INTO entries(body) VALUES('six')");
  expect(settle(a)).toBeUndefined();
  converged();
});

it("keeps both values where the application writes what it did not see", async () => {
  run(a, "INSERT INTO entries(body,status) VALUES('one','pending')");
  settle(a);
  const old = await backUp(a, "old.db");
  run(a, "UPDATE entries SET status='verified'");
  settle(a);
  await restore(a, old);
  run(a, "UPDATE entries SET status='rejected'");
  settle(a);
  expect(all(a, "SELECT status FROM entries")).toEqual([["rejected"]]);
  expect(a.state.counts().conflicts).toBe(1);
  converged();
});

const stripped = `
  DROP TABLE crdt_rows; DROP TABLE crdt_outbox; DROP TABLE crdt_marker; DROP TABLE crdt_tables;`;

function strip(path: string): void {
  const db = openArchiveDatabase(path);
  const triggers = db
    .prepare("SELECT name FROM sqlite_schema WHERE type='trigger'")
    .pluck()
    .all() as string[];
  for (const name of triggers) db.exec(`DROP TRIGGER ${name}`);
  db.exec(stripped);
  for (const column of ["type", "node_id", "vector_clock", "logical_time", "operation_id", "metadata"])
    db.exec(`ALTER TABLE entries DROP COLUMN crdt_${column}`);
  db.close();
}

it("recognises the rows of a copy from before the adoption", async () => {
  run(a, "INSERT INTO entries(body,status) VALUES('same','pending'),('same','pending'),('other',NULL)");
  run(a, "INSERT INTO events(what) VALUES('event')");
  settle(a);
  const old = await backUp(a, "old.db");
  strip(old);
  run(
    a,
    "INSERT INTO entries(body) VALUES('same'),('later'); UPDATE entries SET status='verified' WHERE id=2",
  );
  settle(a);
  const before = digest(a);
  await restore(a, old);
  expect(settle(a)).toEqual({ matched: 4, putBack: 2, removed: 0, leftovers: 0, taken: 0, conflicts: 0 });
  expect(digest(a)).toBe(before);
  expect(bodies(a)).toEqual(["later", "other", "same", "same", "same"]);
  expect(all(a, "SELECT count(*) FROM entries WHERE status='verified'")).toEqual([[1]]);
  expect(all(a, "SELECT count(*) FROM entries WHERE crdt_operation_id IS NULL")).toEqual([[0]]);
  run(a, "INSERT INTO entries(body) VALUES('new')");
  converged();
});

it("adopts rows that no log knows once it may, and not before", async () => {
  run(a, "INSERT INTO entries(body) VALUES('one')");
  settle(a);
  const old = await backUp(a, "old.db");
  strip(old);
  const db = openArchiveDatabase(old);
  db.exec("INSERT INTO entries(body,status) VALUES('unlogged','x'),('unlogged','y'),('of b',NULL)");
  db.close();
  run(b, "INSERT INTO entries(body,status) VALUES('of b','verified')");
  settle(b);
  await restore(a, old);
  expect(settle(a)).toMatchObject({ matched: 1, putBack: 0, leftovers: 3 });
  expect(a.state.counts().rows).toBe(1);
  // The row of the other node is recognised when it comes.
  a.pull(b);
  settle(a);
  expect(bodies(a)).toEqual(["of b", "one", "unlogged", "unlogged"]);
  expect(all(a, "SELECT status FROM entries WHERE body='of b'")).toEqual([["verified"]]);
  a.file.adoptLeftovers();
  settle(a);
  expect(a.file.leftovers).toBe(0);
  expect(a.state.counts().rows).toBe(4);
  converged();
  expect(bodies(b)).toEqual(["of b", "one", "unlogged", "unlogged"]);
  expect(all(b, "SELECT status FROM entries WHERE body='unlogged' ORDER BY status")).toEqual([["x"], ["y"]]);
});

it("makes one set of another node's file and its own", async () => {
  run(a, "INSERT INTO entries(body) VALUES('of a')");
  run(b, "INSERT INTO entries(body) VALUES('of b'),('unsynced')");
  run(b, "INSERT INTO events(what) VALUES('event')");
  sync();
  run(b, "INSERT INTO entries(body) VALUES('late'); DELETE FROM entries WHERE body='unsynced'");
  settle(b);
  const theirs = await backUp(b, "theirs.db");
  a.stop();
  renameSync(theirs, a.archivePath);
  expect(() => a.exchange()).toThrow(expect.objectContaining({ code: "foreign" }));
  a.pull(b);
  a.file.adoptLeftovers();
  const own = [...a.state.frontier().keys()].filter((log) => log.startsWith(b.id)).length;
  settle(a);
  expect(bodies(a)).toEqual(["late", "of a", "of b", "unsynced"]);
  expect([...a.state.frontier().keys()].filter((log) => log.startsWith(b.id))).toHaveLength(own);
  a.pull(b);
  b.pull(a);
  settle(a);
  settle(b);
  expect(digest(a)).toBe(digest(b));
  expect(a.state.counts()).toMatchObject({ rows: 5, conflicts: 0 });
});

it("goes on after its state was lost, and doubles nothing", async () => {
  run(a, "INSERT INTO entries(body,status) VALUES('one','pending'),('two','pending')");
  sync();
  run(b, "UPDATE entries SET status='verified' WHERE body='one'");
  sync();
  run(a, "INSERT INTO entries(body) VALUES('unsent'); UPDATE entries SET status='rejected' WHERE body='two'");
  settle(a);
  a.forgetState();
  expect(settle(a)).toMatchObject({ matched: 0, leftovers: 3 });
  a.pull(b);
  settle(a);
  a.file.adoptLeftovers();
  settle(a);
  expect(bodies(a)).toEqual(["one", "two", "unsent"]);
  expect(all(a, "SELECT status FROM entries ORDER BY body")).toEqual([["verified"], ["rejected"], [null]]);
  converged();
  expect(a.state.counts()).toMatchObject({ rows: 3, conflicts: 0 });
  expect(all(b, "SELECT status FROM entries ORDER BY body")).toEqual([["verified"], ["rejected"], [null]]);
});

it("goes on with a state that was restored to an older copy", async () => {
  run(a, "INSERT INTO entries(body) VALUES('one')");
  settle(a);
  a.stop();
  copyFileSync(join(a.folder, "state.db"), join(a.folder, "state.old"));
  run(a, "INSERT INTO entries(body,status) VALUES('two','pending')");
  sync();
  run(a, "UPDATE entries SET status='verified' WHERE body='two'; INSERT INTO entries(body) VALUES('unsent')");
  settle(a);
  a.stop();
  copyFileSync(join(a.folder, "state.old"), join(a.folder, "state.db"));
  expect(settle(a)).toMatchObject({ matched: 1, leftovers: 2 });
  a.pull(b);
  a.file.adoptLeftovers();
  settle(a);
  converged();
  expect(bodies(b)).toEqual(["one", "two", "unsent"]);
  expect(all(b, "SELECT status FROM entries ORDER BY body")).toEqual([[null], ["verified"], [null]]);
});

it("records what it does not show any more", async () => {
  run(a, "INSERT INTO entries(body,status) VALUES('one','pending'),('gone',NULL)");
  settle(a);
  run(a, "UPDATE entries SET status='first' WHERE body='one'");
  settle(a);
  const old = await backUp(a, "old.db");
  run(a, "UPDATE entries SET status='second' WHERE body='one'");
  settle(a);
  await restore(a, old);
  expect(settle(a)).toMatchObject({ matched: 2, taken: 0, conflicts: 1 });
  expect(all(a, "SELECT status FROM entries WHERE body='one'")).toEqual([["second"]]);
  const [record] = conflictLog(a);
  expect(record?.conflict_type).toBe("archive-value");
  expect(JSON.parse(record!.resolution_details)).toMatchObject({
    group: "verdict",
    archive: { status: "first", score: null },
  });
});

it("brings back evicted rows that stand in a restored copy", async () => {
  run(a, "INSERT INTO entries(body) VALUES('one'),('two')");
  settle(a);
  const old = await backUp(a, "old.db");
  run(a, "DELETE FROM entries");
  settle(a);
  expect(bodies(a)).toEqual([]);
  await restore(a, old);
  expect(settle(a)).toMatchObject({ matched: 2, putBack: 0 });
  expect(bodies(a)).toEqual(["one", "two"]);
  converged();
});
