import { expect, it, vi } from "vitest";
import type { TableMapping } from "../mapping.ts";
import { type ArchiveDatabase, openArchiveDatabase } from "./database.ts";
import { columnsOf, stampColumns } from "./table.ts";
import { asApp, makeArchive } from "./testing/as-app.ts";
import { TestNode } from "./testing/node.ts";
import { digestOf } from "./testing/two-nodes.ts";

const table =
  "CREATE TABLE notes(id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT, body TEXT, mood TEXT);CREATE TABLE kept(id INTEGER PRIMARY KEY, what TEXT)";

/** As the archive's mapping does it: what the table has is one group, by name. */
function map(db: ArchiveDatabase): readonly TableMapping[] {
  const columns = columnsOf(db, "notes")
    .map(({ name }) => name)
    .filter((name) => name !== "id" && !stampColumns.some((stamp) => stamp === name))
    .sort();
  const kept = {
    name: "kept",
    kind: "grow-only" as const,
    key: "id",
    groups: [{ name: "content", columns: ["what"] }],
    initialOnly: [],
    identity: ["what"],
    deletes: "evict" as const,
    stamped: false,
    typeOf: () => "g_set",
  };
  if (columns.length === 0) return [kept];
  return [
    kept,
    {
      name: "notes",
      kind: "records",
      key: "id",
      groups: [{ name: "content", columns }],
      initialOnly: [],
      identity: columns,
      deletes: "replicate",
      stamped: true,
      typeOf: () => "lww_register",
    },
  ];
}

function twoNodes() {
  let now = 1_800_000_000_000;
  const clock = { ms: now, tick: () => (now = Math.max(now + 1, clock.ms)) };
  const first = openArchiveDatabase(":memory:", { create: true });
  first.exec(table);
  const mappings = map(first);
  first.close();
  const nodes = [1, 2].map((seed) => {
    const node = new TestNode(seed, mappings, () => clock.tick());
    node.remap = map;
    makeArchive(node, table, mappings);
    return node;
  });
  return {
    nodes: nodes as [TestNode, TestNode],
    clock,
    [Symbol.dispose]: () => {
      for (const node of nodes) node[Symbol.dispose]();
    },
  };
}

const write = (node: TestNode, sql: string) => asApp(node, (db) => db.exec(sql));

/** Busy is a check's answer: something may have been found. */
function settle(node: TestNode): void {
  for (let runs = 0; node.exchange()?.outcome !== "idle"; runs++)
    if (runs > 100) throw new Error("the archive does not come to rest");
}

function meet([a, b]: readonly [TestNode, TestNode]): void {
  for (let round = 0; round < 2; round++) {
    settle(a);
    settle(b);
    a.pull(b);
    b.pull(a);
  }
  settle(a);
  settle(b);
}

const rows = (node: TestNode, columns: string) =>
  asApp(node, (db) => db.prepare(`SELECT ${columns} FROM notes ORDER BY title`).raw().all());

it("replicates a new column from its first value on, also one that was written before it was noticed", () => {
  using two = twoNodes();
  const [a, b] = two.nodes;
  write(a, "INSERT INTO notes(title,body) VALUES('1','a'),('2','b'),('3','c')");
  meet(two.nodes);

  write(a, "ALTER TABLE notes ADD COLUMN stars INTEGER NOT NULL DEFAULT 7");
  write(a, "UPDATE notes SET stars=1 WHERE title='1'; INSERT INTO notes(title,stars) VALUES('4',9)");
  settle(a);
  b.pull(a);
  settle(b);
  expect(b.state.counts().quarantined).toBeGreaterThan(0);
  expect(rows(b, "title")).toHaveLength(3);
  write(b, "INSERT INTO notes(title,body) VALUES('5','from before')");
  settle(b);
  a.pull(b);
  settle(a);
  expect(rows(a, "title,stars")).toEqual([
    ["1", 1],
    ["2", 7],
    ["3", 7],
    ["4", 9],
    ["5", 7],
  ]);

  write(b, "ALTER TABLE notes ADD COLUMN stars INTEGER NOT NULL DEFAULT 7");
  meet(two.nodes);
  expect(b.state.counts().quarantined).toBe(0);
  expect(rows(b, "title,stars")).toEqual(rows(a, "title,stars"));
  write(b, "UPDATE notes SET stars=3 WHERE title='3'");
  meet(two.nodes);
  expect(rows(a, "title,stars")).toEqual([
    ["1", 1],
    ["2", 7],
    ["3", 3],
    ["4", 9],
    ["5", 7],
  ]);
  expect(digestOf(a)).toBe(digestOf(b));
});

it("lets a column go, and keeps what others have in it", () => {
  using two = twoNodes();
  const [a, b] = two.nodes;
  write(a, "INSERT INTO notes(title,body,mood) VALUES('1','a','glad'),('2','b','sad')");
  meet(two.nodes);
  write(a, "ALTER TABLE notes DROP COLUMN mood; UPDATE notes SET body='changed' WHERE title='1'");
  meet(two.nodes);
  expect(rows(a, "title,body")).toEqual([
    ["1", "changed"],
    ["2", "b"],
  ]);
  expect(rows(b, "title,body,mood")).toEqual([
    ["1", "changed", "glad"],
    ["2", "b", "sad"],
  ]);
  a.stop();
  write(a, "UPDATE notes SET body='again' WHERE title='2'");
  meet(two.nodes);
  expect(rows(b, "title,body,mood")).toEqual([
    ["1", "changed", "glad"],
    ["2", "again", "sad"],
  ]);
});

it("follows a renamed column on both sides, one after the other", () => {
  using two = twoNodes();
  const [a, b] = two.nodes;
  write(a, "INSERT INTO notes(title,body,mood) VALUES('1','a','glad'),('2','b',NULL)");
  meet(two.nodes);
  write(
    a,
    "ALTER TABLE notes RENAME COLUMN mood TO feeling; UPDATE notes SET feeling='calm' WHERE title='2'",
  );
  meet(two.nodes);
  write(b, "ALTER TABLE notes RENAME COLUMN mood TO feeling");
  meet(two.nodes);
  for (const node of [a, b]) {
    expect(rows(node, "title,feeling")).toEqual([
      ["1", "glad"],
      ["2", "calm"],
    ]);
    expect(node.state.counts()).toMatchObject({ quarantined: 0, conflicts: 0 });
  }
});

it.each([
  { how: "at once", statements: (rebuild: string[]) => [`BEGIN;${rebuild.join(";")};COMMIT`] },
  { how: "one statement after the other", statements: (rebuild: string[]) => rebuild },
])("finds what was written while a table was made anew, $how", ({ statements }) => {
  using two = twoNodes();
  const [a, b] = two.nodes;
  write(
    a,
    "INSERT INTO notes(title,body,mood) VALUES('1','a','x'),('2','b','x'),('3','c','x'),('4','d','x')",
  );
  meet(two.nodes);
  write(b, "UPDATE notes SET mood='by b' WHERE title='4'; INSERT INTO notes(title) VALUES('6')");
  settle(b);
  write(a, "UPDATE notes SET body='seen' WHERE title='1'");
  const rebuild = [
    "CREATE TABLE fresh(id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT, body TEXT, mood TEXT)",
    "INSERT INTO fresh SELECT id,title,body,mood FROM notes",
    "DROP TABLE notes",
    "ALTER TABLE fresh RENAME TO notes",
  ];
  for (const statement of statements(rebuild)) {
    write(a, statement);
    // What is shown in a table after its rows were copied goes with it; the owner makes it anew in one transaction.
    if (statement.startsWith("DROP")) a.exchange();
    a.pull(b);
  }
  write(
    a,
    `UPDATE notes SET body='unseen' WHERE title='2'; DELETE FROM notes WHERE title='3';
     INSERT INTO notes(title,body) VALUES('5','unseen too')`,
  );
  meet(two.nodes);
  // Nobody saw who deleted the third row: it is hidden here, and not removed from the others.
  expect(rows(b, "title").splice(2, 1)).toEqual([["3"]]);
  expect(a.state.evictions.count).toBe(1);
  write(b, "DELETE FROM notes WHERE title='3'");
  meet(two.nodes);
  for (const node of [a, b])
    expect(rows(node, "title,body,mood")).toEqual([
      ["1", "seen", "x"],
      ["2", "unseen", "x"],
      ["4", "d", "by b"],
      ["5", "unseen too", null],
      ["6", null, null],
    ]);
  expect(digestOf(a)).toBe(digestOf(b));
  expect(
    asApp(a, (db) => db.prepare("SELECT count(*) FROM notes WHERE crdt_operation_id IS NULL").pluck().get()),
  ).toBe(0);
  write(a, "UPDATE notes SET body='after' WHERE title='1'");
  meet(two.nodes);
  expect(rows(b, "body")[0]).toEqual(["after"]);
  expect(
    asApp(a, (db) => db.prepare("SELECT name FROM sqlite_schema WHERE name='crdt_unchecked'").all()),
  ).toEqual([]);
});

it("goes on with looking where a killed process was", () => {
  using two = twoNodes();
  const [a, b] = two.nodes;
  asApp(a, (db) => {
    const insert = db.prepare("INSERT INTO notes(title) VALUES(?)");
    db.transaction(() => {
      for (let n = 0; n < 1000; n++) insert.run(String(n).padStart(4, "0"));
    })();
  });
  meet(two.nodes);
  write(a, "DROP TRIGGER crdt_u0_2; UPDATE notes SET body='unseen' WHERE id%97=0");
  for (let runs = 0; runs < 3; runs++) a.exchange();
  expect(asApp(a, (db) => db.prepare("SELECT count(*) FROM crdt_unchecked").pluck().get())).toBe(1);
  a.crash();
  meet(two.nodes);
  expect((rows(b, "body") as [string][]).filter(([body]) => body === "unseen")).toHaveLength(10);
});

it("shows nothing while a table is away, and says so when that lasts", () => {
  using two = twoNodes();
  const [a, b] = two.nodes;
  write(a, "INSERT INTO notes(title) VALUES('1')");
  meet(two.nodes);
  write(b, "INSERT INTO notes(title) VALUES('2')");
  settle(b);
  write(a, "CREATE TABLE other(x); ALTER TABLE notes RENAME TO elsewhere");
  a.pull(b);
  expect(a.file.exchange()).toEqual({ outcome: "idle" });
  two.clock.ms += 60_000;
  expect(() => a.file.exchange()).toThrow("has no table notes any more");
  write(a, "ALTER TABLE elsewhere RENAME TO notes");
  settle(a);
  expect(rows(a, "title")).toEqual([["1"], ["2"]]);
});

it("looks again where a table is made anew just after the last change was followed", () => {
  using two = twoNodes();
  const [a, b] = two.nodes;
  let connection: ArchiveDatabase | undefined;
  a.remap = (db) => {
    connection = db;
    return map(db);
  };
  write(a, "INSERT INTO notes(title) VALUES('1')");
  a.stop();
  meet(two.nodes);
  write(a, "ALTER TABLE notes ADD COLUMN stars INTEGER");
  const rebuild = `BEGIN IMMEDIATE;
     CREATE TABLE fresh(id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT, body TEXT, mood TEXT, stars INTEGER);
     INSERT INTO fresh SELECT id,title,body,mood,stars FROM notes;
     DROP TABLE notes;
     ALTER TABLE fresh RENAME TO notes;
     UPDATE notes SET body='unseen';
     COMMIT`;
  const db = connection!;
  const transaction = db.transaction.bind(db);
  const following = vi.spyOn(db, "transaction").mockImplementationOnce((body) => {
    const immediate = () => {
      const result = transaction(body).immediate();
      write(a, rebuild);
      return result;
    };
    return { immediate } as unknown as ReturnType<typeof transaction>;
  });
  a.exchange();
  expect(following).toHaveBeenCalled();
  following.mockRestore();
  write(b, "ALTER TABLE notes ADD COLUMN stars INTEGER");
  meet(two.nodes);
  expect(rows(b, "title,body")).toEqual([["1", "unseen"]]);
  expect(rows(a, "title,crdt_operation_id IS NULL")).toEqual([["1", 0]]);
});

it("shows nothing over what was written while there were no triggers, whatever waits to be shown", () => {
  using two = twoNodes();
  const [a, b] = two.nodes;
  write(a, "INSERT INTO notes(title) VALUES('one'),('two')");
  meet(two.nodes);
  // Both are known to the state and wait: the one to be stamped here, the other as a peer changed it.
  write(b, "UPDATE notes SET mood='of b' WHERE title='one'");
  settle(b);
  a.pull(b);
  write(a, "INSERT INTO notes(title) VALUES('three')");
  a.capture();
  write(
    a,
    `BEGIN;CREATE TABLE n2(id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT, body TEXT, mood TEXT);
     INSERT INTO n2 SELECT id,title,body,mood FROM notes;DROP TABLE notes;ALTER TABLE n2 RENAME TO notes;COMMIT`,
  );
  write(a, "UPDATE notes SET body='unseen'");
  meet(two.nodes);
  for (const node of two.nodes)
    expect(
      asApp(node, (db) => db.prepare("SELECT title,body FROM notes ORDER BY title").raw().all()),
    ).toEqual([
      ["one", "unseen"],
      ["three", "unseen"],
      ["two", "unseen"],
    ]);
});
