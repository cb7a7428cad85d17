import { copyFileSync } from "node:fs";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { TableMapping } from "../mapping.ts";
import { AsCaptured } from "./as-captured.ts";
import { asApp, makeArchive } from "./testing/as-app.ts";
import { TestNode } from "./testing/node.ts";

const schema = "CREATE TABLE notes(id INTEGER PRIMARY KEY, text TEXT, mark);";
const mapping: TableMapping = {
  name: "notes",
  kind: "records",
  key: "id",
  groups: [
    { name: "text", columns: ["text"] },
    { name: "mark", columns: ["mark"] },
  ],
  initialOnly: [],
  identity: ["text"],
  deletes: "evict",
  stamped: true,
  typeOf: (columns) => (columns.get("text") === "1" ? "g_counter" : "lww_register"),
};
const mappings = [mapping];

const write = (node: TestNode, sql: string) => asApp(node, (db) => db.exec(sql));
const rows = (node: TestNode) =>
  asApp(node, (db) => db.prepare("SELECT id,text,mark FROM notes ORDER BY id").raw().all() as unknown[][]);
const texts = (node: TestNode) =>
  asApp(node, (db) => db.prepare("SELECT text,mark FROM notes ORDER BY text,mark").raw().all());

const uids = (node: TestNode) =>
  asApp(node, (db) => db.prepare("SELECT uid FROM crdt_rows ORDER BY key").pluck().all() as Uint8Array[]);

/** Rows whose stamp is not that of the write which added them. */
const badlyStamped = (node: TestNode) =>
  asApp(node, (db) =>
    db
      .prepare(
        "SELECT id,text,crdt_type,crdt_operation_id,crdt_metadata FROM notes WHERE crdt_operation_id IS NOT " +
          "(SELECT lower(hex(uid)) FROM crdt_rows WHERE key=id) OR crdt_type IS NOT iif(text='1','g_counter','lww_register') " +
          "OR crdt_logical_time IS NULL OR crdt_metadata IS NULL OR crdt_node_id IS NULL OR json_extract(crdt_vector_clock,'$.seq') IS NULL",
      )
      .raw()
      .all(),
  );

function nodes() {
  let now = 1_800_000_000_000;
  const [a, b] = [1, 2].map((seed) => new TestNode(seed, mappings, () => ++now)) as [TestNode, TestNode];
  for (const node of [a, b]) makeArchive(node, schema, mappings);
  a.settle();
  b.settle();
  return { a, b, [Symbol.dispose]: () => [a, b].map((node) => node[Symbol.dispose]()) };
}

it("a row is as it was captured until an entry of the outbox names it, it is taken, or all are forgotten", () => {
  const rows = new AsCaptured();
  const [table, token] = [1, new Uint8Array(16)];
  const entry = (key: number, was: number | null) => ({
    id: 1,
    token,
    kind: 2,
    table,
    key,
    was,
    group: null,
    time: 0,
  });
  const added = [1, 2, 3, 4, 5].map((key) => ({ table, key }));
  rows.note([], added);
  rows.note([entry(1, 1), entry(7, 2)], []);
  expect([1, 2, 3, 3].map((key) => rows.take(table, key))).toEqual([false, false, true, false]);
  expect(rows.take(2, 4)).toBe(false);
  rows.forget();
  expect([4, 5].map((key) => rows.take(table, key))).toEqual([false, false]);
});

it("what is written between a capture and the stamps is captured and stays", () => {
  using both = nodes();
  const { a, b } = both;
  write(
    a,
    "INSERT INTO notes(id,text,mark)VALUES(1,'1',5),(2,'two',NULL),(3,'three',x'00'),(4,'four',0.5),(5,'five',1)",
  );
  expect(a.capture()).toMatchObject({ outcome: "captured", captured: 5 });
  write(
    a,
    "UPDATE notes SET mark=6 WHERE id=1; DELETE FROM notes WHERE id=2; UPDATE notes SET id=9 WHERE id=3",
  );
  write(a, "REPLACE INTO notes(id,text,mark)VALUES(4,'another',NULL)");
  a.settle();
  b.pull(a);
  b.settle();
  expect(rows(a)).toEqual([
    [1, "1", 6],
    [4, "another", null],
    [5, "five", 1],
    [9, "three", Buffer.of(0)],
  ]);
  // What an application deletes is hidden on its own node.
  expect(texts(b)).toEqual([
    ["1", 6],
    ["another", null],
    ["five", 1],
    ["four", 0.5],
    ["three", Buffer.of(0)],
    ["two", null],
  ]);
  expect([badlyStamped(a), badlyStamped(b)]).toEqual([[], []]);
});

it("a row that was captured is not written again but for its stamp", () => {
  using both = nodes();
  const { a } = both;
  write(a, "INSERT INTO notes(id,text,mark)VALUES(1,'1',5),(2,'two',NULL)");
  a.capture();
  write(
    a,
    "UPDATE crdt_marker SET applying=1; UPDATE notes SET mark=7 WHERE id=1; UPDATE crdt_marker SET applying=0",
  );
  a.settle();
  expect(rows(a)[0]).toEqual([1, "1", 7]);
  expect(badlyStamped(a)).toEqual([]);
});

it("a row of a file that was put back is compared", () => {
  using both = nodes();
  const { a } = both;
  write(a, "INSERT INTO notes(id,text,mark)VALUES(1,'1',5)");
  const copy = `${a.archivePath}.copy`;
  copyFileSync(a.archivePath, copy);
  write(a, "UPDATE notes SET mark=6 WHERE id=1");
  a.capture();
  asApp(a, (db) => {
    db.prepare("ATTACH ? AS old").run(copy);
    db.exec(
      "BEGIN IMMEDIATE; UPDATE crdt_marker SET applying=1; DELETE FROM notes; INSERT INTO notes SELECT * FROM old.notes",
    );
    db.exec("DELETE FROM crdt_outbox; INSERT INTO crdt_outbox SELECT * FROM old.crdt_outbox");
    db.exec("UPDATE crdt_marker SET applying=0; COMMIT");
  });
  a.settle();
  expect(rows(a)).toEqual([[1, "1", 6]]);
  expect(badlyStamped(a)).toEqual([]);
});

it("whatever is written between captures and runs, the file keeps it, the other one gets it, and stamps are right", () => {
  const id = fc.integer({ min: 1, max: 4 });
  const statement = fc.oneof(
    id.map((n) => `INSERT OR IGNORE INTO notes(id,text,mark)VALUES(${n},'${n}',0)`),
    id.map((n) => `UPDATE notes SET mark=mark||'x' WHERE id=${n}`),
    id.map((n) => `DELETE FROM notes WHERE id=${n}`),
    id.map((n) => `REPLACE INTO notes(id,text,mark)VALUES(${n},'another','')`),
    fc.tuple(id, id).map(([n, to]) => `UPDATE OR IGNORE notes SET id=${to} WHERE id=${n}`),
  );
  const step = fc.oneof(
    { weight: 3, arbitrary: statement },
    { weight: 2, arbitrary: fc.constantFrom("capture", "run", "crash") },
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 3, maxLength: 14 }), (history) => {
      using both = nodes();
      const { a, b } = both;
      for (const one of history) {
        if (one === "capture") a.capture();
        else if (one === "run") a.exchange();
        else if (one === "crash") a.crash();
        else write(a, one);
      }
      const written = rows(a);
      a.settle();
      expect(rows(a)).toEqual(written);
      expect(badlyStamped(a)).toEqual([]);
      const held = a.state.archive.look(uids(a).map((uid) => ({ table: "notes", uid })));
      expect(held.map(({ view }) => view?.values)).toEqual(written.map((row) => row.slice(1)));
      b.pull(a);
      b.settle();
      expect(badlyStamped(b)).toEqual([]);
    }),
    { numRuns: Number(process.env.HISTORY_RUNS ?? 20), seed: Number(process.env.HISTORY_SEED ?? 12) },
  );
});
