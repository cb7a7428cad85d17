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

const told: readonly History[] = [
  { deletes: "replicate", history: [insert, another(9)] },
  { deletes: "replicate", history: [insert, "DELETE FROM notes WHERE id=9", another(9)] },
  { deletes: "replicate", history: [update, another(1)] },
  { deletes: "evict", history: [update, another(1)] },
  { deletes: "evict", history: [update, "DELETE FROM notes WHERE id=1"] },
];

/** A part is read with the rows as they are after all parts, and what they hold by then may be of another row. */
const mistold: readonly History[] = [
  { deletes: "evict", history: [insert, another(9)] },
  { deletes: "evict", history: [insert, "DELETE FROM notes WHERE id=9", another(9)] },
  { deletes: "replicate", history: [update, "DELETE FROM notes WHERE id=1"] },
  { deletes: "replicate", history: [insert, "UPDATE notes SET id=8 WHERE id=9"] },
  { deletes: "evict", history: [insert, "UPDATE notes SET id=8 WHERE id=9"] },
  { deletes: "replicate", history: [update, "UPDATE notes SET id=8 WHERE id=1"] },
  { deletes: "evict", history: [update, "UPDATE notes SET id=8 WHERE id=1"] },
  { deletes: "replicate", history: [update, "UPDATE notes SET id=8 WHERE id=1", another(8)] },
];

/** What two nodes show once one has captured it, in parts of so many entries, and the other has received that. */
function shownAfter({ deletes, history }: History, entries: number) {
  let now = 1_800_000_000_000;
  const mappings = [mapping(deletes)];
  using a = new TestNode(1, mappings, () => ++now);
  using b = new TestNode(2, mappings, () => ++now);
  for (const node of [a, b]) makeArchive(node, schema, mappings);
  a.outbox = { entries, adopted: 1000 };
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

const name = "an outbox that is read in parts says what it says whole: $deletes, $history";

it.each(told)(name, (one) => {
  expect(shownAfter(one, 1)).toEqual(shownAfter(one, 1000));
});

// An open counter-example: see docs/counterexamples.md.
it.each(mistold)(name, { fails: true }, (one) => {
  expect(shownAfter(one, 1)).toEqual(shownAfter(one, 1000));
});
