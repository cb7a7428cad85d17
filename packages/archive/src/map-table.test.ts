import { openArchiveDatabase } from "@jarvis-crdt/store-sqlite";
import { expect, it } from "vitest";
import { type MapOptions, mapArchive } from "./map-archive.ts";
import type { TableChoice } from "./table-choice.ts";

function mapOne(sql: string, choice: TableChoice, name = "t") {
  const db = openArchiveDatabase(":memory:", { create: true });
  try {
    db.exec(sql);
    const options: MapOptions = { tables: { [name]: choice } };
    return mapArchive(db, options).find((mapping) => mapping.name === name)!;
  } finally {
    db.close();
  }
}

const all = { groups: [{ name: "content", columns: ["a", "b", "c"] }] };

it.each<[string, string, TableChoice, object]>([
  [
    "a local number",
    "CREATE TABLE t(id INTEGER PRIMARY KEY, c, b, a)",
    {},
    { kind: "records", key: "id", deletes: "replicate", ...all },
  ],
  [
    "grow-only",
    "CREATE TABLE t(id INTEGER PRIMARY KEY, c, b, a)",
    { kind: "grow-only" },
    { kind: "grow-only", deletes: "evict", ...all },
  ],
  [
    "its number, which replicates",
    "CREATE TABLE t(id INTEGER PRIMARY KEY, a)",
    { kind: "map", deletes: "evict" },
    {
      kind: "map",
      keyColumns: ["id"],
      deletes: "evict",
      groups: [
        { name: "key", columns: ["id"] },
        { name: "content", columns: ["a"] },
      ],
    },
  ],
  [
    "a composite primary key",
    "CREATE TABLE t(z TEXT, a INT, b, c, d AS (a+1), PRIMARY KEY(z, a)) WITHOUT ROWID",
    { groups: [["c"]] },
    {
      kind: "map",
      keyColumns: ["z", "a"],
      groups: [
        { name: "key", columns: ["a", "z"] },
        { name: "content", columns: ["b"] },
        { name: "lww(c)", columns: ["c"] },
      ],
    },
  ],
  [
    "a descending key, which is no rowid",
    "CREATE TABLE t(id INTEGER PRIMARY KEY DESC, a)",
    {},
    { kind: "map", keyColumns: ["id"] },
  ],
  [
    "a unique column that is never NULL",
    "CREATE TABLE t(u TEXT, v TEXT NOT NULL UNIQUE, w INT UNIQUE)",
    {},
    { keyColumns: ["v"] },
  ],
  [
    "the key one asks for",
    "CREATE TABLE t(id INTEGER PRIMARY KEY, u, v, a); CREATE UNIQUE INDEX i ON t(v, u)",
    { key: ["u", "v"] },
    {
      kind: "map",
      key: "id",
      keyColumns: ["v", "u"],
      groups: [
        { name: "key", columns: ["u", "v"] },
        { name: "content", columns: ["a"] },
      ],
    },
  ],
  [
    "nothing but a key",
    "CREATE TABLE t(a, b, PRIMARY KEY(a, b))",
    { kind: "grow-only" },
    { kind: "grow-only", keyColumns: ["a", "b"], groups: [{ name: "key", columns: ["a", "b"] }] },
  ],
])("finds %s", (_, sql, choice, expected) => {
  expect(mapOne(sql, choice)).toMatchObject(expected);
});

it.each<[string, string, TableChoice, RegExp]>([
  ["a view", "CREATE VIEW t AS SELECT 1 AS a", {}, /a view/],
  ["a virtual table", "CREATE VIRTUAL TABLE t USING fts5(a)", {}, /virtual table/],
  ["a table without any key", "CREATE TABLE t(a, b UNIQUE)", {}, /cannot be told apart/],
  [
    "a partial index as key",
    "CREATE TABLE t(a NOT NULL); CREATE UNIQUE INDEX i ON t(a) WHERE a>1",
    {},
    /cannot be told apart/,
  ],
  [
    "an expression as key",
    "CREATE TABLE t(a NOT NULL); CREATE UNIQUE INDEX i ON t(lower(a))",
    { key: ["a"] },
    /exactly a;/,
  ],
  ["a generated column as key", "CREATE TABLE t(a, b NOT NULL AS (a+1) UNIQUE)", {}, /cannot be told apart/],
  [
    "a key that nobody guards",
    "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b)",
    { key: ["a", "b"] },
    /exactly a, b; make one/,
  ],
  [
    "nothing but a number",
    "CREATE TABLE t(id INTEGER PRIMARY KEY, a AS (id+1))",
    {},
    /nothing but a local number/,
  ],
  [
    "records whose key replicates",
    "CREATE TABLE t(a TEXT PRIMARY KEY, b)",
    { kind: "records" },
    /declare it as map/,
  ],
  ["a group of what is not there", "CREATE TABLE t(a TEXT PRIMARY KEY, b)", { groups: [["x"]] }, /names x/],
  ["a group of the key", "CREATE TABLE t(a TEXT PRIMARY KEY, b)", { groups: [["a"]] }, /names a/],
  [
    "a column in two groups",
    "CREATE TABLE t(a TEXT PRIMARY KEY, b)",
    { groups: [["b"], ["b"]] },
    /two groups/,
  ],
  [
    "a name that is too long",
    `CREATE TABLE t(a TEXT PRIMARY KEY, "${"x".repeat(300)}")`,
    {},
    /beyond what the format allows/,
  ],
])("refuses %s with its reason", (_, sql, choice, why) => {
  expect(mapOne(sql, choice)).toMatchObject({ kind: "local", why: expect.stringMatching(why) });
});

it("leaves the tables of a virtual table to it", () => {
  const sql = "CREATE VIRTUAL TABLE t USING fts5(a)";
  expect(mapOne(sql, {}, "t_data").why).toMatch(/belongs to a virtual table/);
});
