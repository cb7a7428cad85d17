import fc from "fast-check";
import { expect, it } from "vitest";
import type { TableMapping } from "../mapping.ts";
import { asApp, makeArchive } from "./testing/as-app.ts";
import { TestNode } from "./testing/node.ts";

const schema = "CREATE TABLE notes(id INTEGER PRIMARY KEY, text TEXT, mark TEXT);";

const mapping = (deletes: "replicate" | "evict"): TableMapping => ({
  name: "notes",
  kind: "records",
  key: "id",
  groups: [
    { name: "text", columns: ["text"] },
    { name: "mark", columns: ["mark"] },
  ],
  initialOnly: [],
  identity: ["text"],
  deletes,
  stamped: false,
  typeOf: () => "lww_register",
});

const write = (node: TestNode, sql: string) => asApp(node, (db) => db.exec(sql));
const rows = (node: TestNode) =>
  asApp(node, (db) => db.prepare("SELECT text,mark FROM notes ORDER BY text,mark").raw().all());

const insert = "INSERT INTO notes VALUES(9,'nine','')";
const update = "UPDATE notes SET mark='seen' WHERE id=1";
const another = (id: number) => `REPLACE INTO notes VALUES(${id},'another','')`;

interface History {
  readonly deletes: "replicate" | "evict";
  /** What the application wrote while nobody captured; one statement is one entry. */
  readonly history: readonly string[];
}

const histories: readonly History[] = [
  { deletes: "replicate", history: [insert, another(9)] },
  { deletes: "replicate", history: [insert, "DELETE FROM notes WHERE id=9", another(9)] },
  { deletes: "replicate", history: [update, another(1)] },
  { deletes: "evict", history: [update, another(1)] },
  { deletes: "evict", history: [update, "DELETE FROM notes WHERE id=1"] },
  { deletes: "evict", history: [insert, another(9)] },
  { deletes: "evict", history: [insert, "DELETE FROM notes WHERE id=9", another(9)] },
  { deletes: "replicate", history: [update, "DELETE FROM notes WHERE id=1"] },
  { deletes: "replicate", history: [insert, "UPDATE notes SET id=8 WHERE id=9"] },
  { deletes: "evict", history: [insert, "UPDATE notes SET id=8 WHERE id=9"] },
  { deletes: "replicate", history: [update, "UPDATE notes SET id=8 WHERE id=1"] },
  { deletes: "evict", history: [update, "UPDATE notes SET id=8 WHERE id=1"] },
  { deletes: "replicate", history: [update, "UPDATE notes SET id=8 WHERE id=1", another(8)] },
];

/** What two nodes show once one has captured it, and taken it out of the outbox, in parts of so many entries, and the other has received that. */
function shownAfter({ deletes, history }: History, entries: number) {
  let now = 1_800_000_000_000;
  const mappings = [mapping(deletes)];
  using a = new TestNode(1, mappings, () => ++now);
  using b = new TestNode(2, mappings, () => ++now);
  for (const node of [a, b]) makeArchive(node, schema, mappings);
  a.outbox = { entries, adopted: 1000, settled: entries };
  write(a, "INSERT INTO notes VALUES(1,'one','')");
  write(a, "INSERT INTO notes VALUES(2,'two','')");
  a.settle();
  b.pull(a);
  b.settle();
  for (const sql of history) write(a, sql);
  a.settle();
  b.pull(a);
  b.settle();
  return { author: rows(a), receiver: rows(b) };
}

it.each(histories)("an outbox that is read in parts says what it says whole: $deletes, $history", (one) => {
  expect(shownAfter(one, 1)).toEqual(shownAfter(one, 1000));
});

it("an outbox that is read in parts says what it says whole, whatever the application wrote", () => {
  const id = fc.integer({ min: 1, max: 5 });
  const statement = fc.oneof(
    id.map((n) => `INSERT OR IGNORE INTO notes VALUES(${n},'${n}','')`),
    id.map((n) => `UPDATE notes SET mark=mark||'x' WHERE id=${n}`),
    id.map((n) => `DELETE FROM notes WHERE id=${n}`),
    id.map((n) => `REPLACE INTO notes VALUES(${n},'another','')`),
    fc.tuple(id, id).map(([n, to]) => `UPDATE OR IGNORE notes SET id=${to} WHERE id=${n}`),
  );
  fc.assert(
    fc.property(
      fc.constantFrom("replicate" as const, "evict" as const),
      fc.array(statement, { minLength: 2, maxLength: 12 }),
      fc.integer({ min: 1, max: 4 }),
      (deletes, history, entries) => {
        expect(shownAfter({ deletes, history }, entries)).toEqual(shownAfter({ deletes, history }, 1000));
      },
    ),
    { numRuns: Number(process.env.HISTORY_RUNS ?? 25), seed: Number(process.env.HISTORY_SEED ?? 11) },
  );
});
