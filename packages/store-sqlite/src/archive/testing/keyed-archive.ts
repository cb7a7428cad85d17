import type { TableMapping } from "../../mapping.ts";
import { asApp } from "./as-app.ts";
import type { TestNode } from "./node.ts";

function keyed(name: string, keyColumns: readonly string[], more: Partial<TableMapping>): TableMapping {
  return {
    name,
    kind: "map",
    key: "",
    keyColumns,
    groups: [{ name: "key", columns: [...keyColumns].sort() }],
    initialOnly: [],
    identity: [...keyColumns].sort(),
    deletes: "replicate",
    stamped: false,
    typeOf: () => "lww_register",
    ...more,
  };
}

/** A rowid table with a composite key, one without rowid, one that is nothing but its key, a log, and one with a surrogate. */
export const keyedMappings: readonly TableMapping[] = [
  keyed("loans", ["reader", "book"], {
    groups: [
      { name: "key", columns: ["book", "reader"] },
      { name: "content", columns: ["due"] },
      { name: "lww(note)", columns: ["note"] },
    ],
  }),
  keyed("settings", ["name"], {
    deletes: "evict",
    groups: [
      { name: "key", columns: ["name"] },
      { name: "content", columns: ["value"] },
    ],
  }),
  keyed("tags", ["item", "tag"], {}),
  keyed("log", ["at"], {
    kind: "grow-only",
    deletes: "evict",
    groups: [
      { name: "key", columns: ["at"] },
      { name: "content", columns: ["line"] },
    ],
  }),
  keyed("states", ["agent", "workflow"], {
    key: "id",
    groups: [
      { name: "key", columns: ["agent", "workflow"] },
      { name: "content", columns: ["data"] },
    ],
  }),
];

export const keyedSchema = `
  CREATE TABLE loans(reader TEXT, book, due INTEGER, note TEXT, PRIMARY KEY(reader, book));
  CREATE TABLE settings(name TEXT COLLATE NOCASE PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE tags(item INTEGER NOT NULL, tag BLOB NOT NULL, PRIMARY KEY(tag, item)) WITHOUT ROWID;
  CREATE TABLE log(at REAL PRIMARY KEY, line TEXT) WITHOUT ROWID;
  CREATE TABLE states(id INTEGER PRIMARY KEY, agent TEXT, workflow TEXT, data TEXT, UNIQUE(agent, workflow));`;

/** Every replicated column of every table, values with their types. */
export function contents(
  node: TestNode,
  names: readonly string[] = keyedMappings.map(({ name }) => name),
): readonly string[] {
  return asApp(node, (db) =>
    keyedMappings
      .filter(({ name }) => names.includes(name))
      .flatMap(({ name, groups }) => {
        const columns = groups.flatMap((group) => group.columns);
        const shown = columns.map((column) => `quote(${column})`).join("||' '||");
        return db.prepare(`SELECT '${name} '||${shown} FROM ${name} ORDER BY 1`).pluck().all() as string[];
      }),
  );
}

export function all(node: TestNode, sql: string): unknown[] {
  return asApp(node, (db) => db.prepare(sql).raw().all());
}
