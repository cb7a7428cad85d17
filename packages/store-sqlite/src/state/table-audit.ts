import { decodeHeader, type Hasher, schemaId } from "@jarvis-crdt/batch";
import { decodeSchema } from "@jarvis-crdt/crdt";
import { equalBytes } from "@jarvis-crdt/store";
import Database from "better-sqlite3";
import { ddl } from "./ddl.ts";

interface Stated {
  readonly name: string;
  readonly sql: string;
}

interface ColumnsOfBatch {
  readonly log: string;
  readonly first: number;
  readonly count: number;
  readonly continues: number;
  readonly header: Buffer;
}

/**
 * Throws where what a state file says beside the log and its cells contradicts itself: the tables' own definitions, schemas
 * and their ids, groups that no schema names, columns of a batch and its header. O(batches).
 */
export function checkTables(database: Database.Database, hasher: Hasher): void {
  checkDefinitions(database);
  checkSchemas(database, hasher);
  const batches = database.prepare<[], ColumnsOfBatch>(
    `SELECT l.name AS log, first, count, continues, header FROM crdt_batches b JOIN crdt_logs l ON l.id = b.log`,
  );
  for (const { log, first, count, continues, header: bytes } of batches.iterate()) {
    const header = decodeHeader(bytes);
    const isSame =
      header.log === log &&
      header.first === first &&
      header.count === count &&
      header.continues === (continues === 1);
    if (!isSame) throw new Error(`batch ${first} of ${log} is not what its header says`);
  }
}

function checkDefinitions(database: Database.Database): void {
  const read = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL";
  const stated = new Map(
    database
      .prepare<[], Stated>(read)
      .all()
      .map(({ name, sql }) => [name, sql]),
  );
  const fresh = new Database(":memory:");
  try {
    fresh.exec(ddl);
    for (const { name, sql } of fresh.prepare<[], Stated>(read).all())
      if (stated.get(name) !== sql) throw new Error(`table ${name} is not defined as it shall be`);
  } finally {
    fresh.close();
  }
}

function checkSchemas(database: Database.Database, hasher: Hasher): void {
  const groups = new Set<string>();
  const schemas = database.prepare<[], { id: Buffer; bytes: Buffer }>("SELECT id, bytes FROM crdt_schemas");
  for (const { id, bytes } of schemas.all()) {
    if (!equalBytes(schemaId(bytes, hasher), id)) throw new Error("a schema does not have its id");
    for (const table of decodeSchema(bytes).tables)
      for (const group of table.groups) groups.add(JSON.stringify([table.name, group.name]));
  }
  const tables = database.prepare<[], { name: string; groups: string }>(
    "SELECT name, groups FROM crdt_objects WHERE type = 'table'",
  );
  for (const table of tables.all())
    for (const group of JSON.parse(table.groups) as string[])
      if (!groups.has(JSON.stringify([table.name, group]))) throw new Error("a group is of no schema");
}
