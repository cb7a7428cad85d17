import type { TableMapping } from "../mapping.ts";
import type { ArchiveDatabase } from "./database.ts";
import { quote } from "./name.ts";

/** A trigger that is not ours. */
export interface ForeignTrigger {
  readonly name: string;
  readonly table: string;
  /** It writes into a replicated table: what it did on one node comes to all others by itself. */
  readonly writesReplicated: boolean;
}

/** The triggers of the file's owner on replicated tables, and those that write into one. */
export function foreignTriggers(db: ArchiveDatabase, mappings: readonly TableMapping[]): ForeignTrigger[] {
  const replicated = new Set(
    mappings.filter(({ kind }) => kind !== "local").map(({ name }) => name.toLowerCase()),
  );
  return allTriggers(db).flatMap(({ name, table, sql }) => {
    const writesReplicated = writtenTables(sql).some((one) => replicated.has(one));
    return writesReplicated || replicated.has(table.toLowerCase()) ? [{ name, table, writesReplicated }] : [];
  });
}

/**
 * Takes the triggers away that write into replicated tables, within the caller's write transaction: what they do was done
 * where the row was written, and comes as rows of its own. Returns how to bring them back as they were.
 */
export function suspendForeign(db: ArchiveDatabase, triggers: readonly ForeignTrigger[]): () => void {
  const names = new Set(triggers.flatMap(({ name, writesReplicated }) => (writesReplicated ? [name] : [])));
  if (names.size === 0) return () => undefined;
  const suspended = allTriggers(db).filter(({ name }) => names.has(name));
  for (const { name } of suspended) db.exec(`DROP TRIGGER ${quote(name)}`);
  return () => {
    for (const { sql } of suspended) db.exec(sql);
  };
}

/** In the order in which they were made, which decides the order in which they fire. */
function allTriggers(db: ArchiveDatabase): { name: string; table: string; sql: string }[] {
  return db
    .prepare(
      `SELECT name,tbl_name AS "table",sql FROM sqlite_schema WHERE type='trigger' AND name NOT GLOB 'crdt_*' ORDER BY rowid`,
    )
    .all() as { name: string; table: string; sql: string }[];
}

/** Names, in lower case, of the tables that the body of a trigger inserts into, updates or deletes from. */
function writtenTables(sql: string): string[] {
  const plain = sql.replace(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, " ");
  const body = plain.slice(plain.search(/\bBEGIN\b/i));
  const write =
    /\b(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)\s*(?:"((?:[^"]|"")+)"|`([^`]+)`|\[([^\]]+)\]|([\w$\u0080-\uffff]+))/gi;
  return [...body.matchAll(write)].map(([, double, tick, bracket, bare]) =>
    (double?.replaceAll('""', '"') ?? tick ?? bracket ?? bare ?? "").toLowerCase(),
  );
}
