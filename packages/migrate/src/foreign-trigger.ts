import type { ArchiveDatabase, TableMapping } from "@jarvis-crdt/store-sqlite";

/** A trigger that is not ours. */
export interface ForeignTrigger {
  readonly name: string;
  readonly table: string;
  /** It names a replicated table in its body: what it writes there on one node would be written on every node again. */
  readonly writesReplicated: boolean;
}

/** The triggers of the file's owner on replicated tables, or whose bodies name one. */
export function foreignTriggers(db: ArchiveDatabase, mappings: readonly TableMapping[]): ForeignTrigger[] {
  const replicated = mappings.filter(({ kind }) => kind !== "local").map(({ name }) => name.toLowerCase());
  const triggers = db
    .prepare(
      `SELECT name,tbl_name AS "table",sql FROM sqlite_schema WHERE type='trigger' AND name NOT GLOB 'crdt_*' ORDER BY name`,
    )
    .all() as { name: string; table: string; sql: string }[];
  return triggers.flatMap(({ name, table, sql }) => {
    const body = sql.slice(sql.search(/\bBEGIN\b/i)).toLowerCase();
    const writesReplicated = replicated.some((one) => body.includes(one));
    return writesReplicated || replicated.includes(table.toLowerCase())
      ? [{ name, table, writesReplicated }]
      : [];
  });
}
