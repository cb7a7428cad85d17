import type { TableMapping } from "../mapping.ts";
import { captureTables, captureTriggers } from "./capture-sql.ts";
import type { ArchiveDatabase } from "./database.ts";
import { quote } from "./name.ts";
import { columnsOf, describeTable, stampColumns, type Table } from "./table.ts";
import { uniqueKeysOf } from "./unique-keys.ts";

/** Whether the application's writes in this file are captured. */
export function hasCapture(db: ArchiveDatabase): boolean {
  return (
    db.prepare("SELECT 1 FROM sqlite_schema WHERE type='table' AND name='crdt_marker'").get() !== undefined
  );
}

/** The table in which an adoption keeps its place: there while it runs or was interrupted. */
export const adoptionTable = "crdt_adoption";

/** Whether rows of this file still wait for being adopted. */
export function isAdopting(db: ArchiveDatabase): boolean {
  return hasTable(db, adoptionTable);
}

/**
 * Brings our tables, the six columns of stamped tables and the triggers to what the mapping asks for, in one short
 * transaction. Does nothing, and takes no lock, where all of it is there. Returns whether anything changed.
 */
export function installCapture(db: ArchiveDatabase, mappings: readonly TableMapping[]): boolean {
  if (isInstalled(db, mappings)) return false;
  const install = (): void => {
    for (const [name, sql] of Object.entries(captureTables)) if (!hasTable(db, name)) db.exec(sql);
    db.exec("INSERT INTO crdt_marker SELECT NULL,NULL,0,0 WHERE NOT EXISTS(SELECT 1 FROM crdt_marker)");
    numberTables(db, mappings);
    for (const mapping of replicatedHere(db, mappings)) {
      if (mapping.stamped) addStampColumns(db, mapping.name);
    }
    suspendCapture(db);
    for (const { sql } of expectedTriggers(db, mappings)) db.exec(sql);
  };
  if (db.inTransaction) install();
  else db.transaction(install).immediate();
  return true;
}

/** The numbers of tables whose triggers are not, or not all, as the mapping asks for; unknown tables have none. */
export function staleTables(db: ArchiveDatabase, mappings: readonly TableMapping[]): readonly number[] {
  if (!hasTable(db, "crdt_tables")) return [];
  const installed = new Map(installedTriggers(db).map(({ name, sql }) => [name, sql]));
  return replicatedHere(db, mappings).flatMap((mapping) => {
    const id = tableId(db, mapping.name);
    if (id === undefined) return [];
    const expected = triggersOf(db, mapping, id);
    return expected.every(({ name, sql }) => installed.get(name) === sql) ? [] : [id];
  });
}

/**
 * Drops the triggers within the caller's write transaction, which must end with `installCapture`: nobody else can write
 * meanwhile, and whatever ends the transaction early brings them back.
 */
export function suspendCapture(db: ArchiveDatabase): void {
  for (const { name } of installedTriggers(db)) db.exec(`DROP TRIGGER ${quote(name)}`);
}

/** The replicated tables of a captured file. */
export function capturedTables(db: ArchiveDatabase, mappings: readonly TableMapping[]): Table[] {
  return replicatedHere(db, mappings).map((mapping) =>
    describeTable(db, mapping, tableId(db, mapping.name)!),
  );
}

/** Whether all of it is there. */
export function isInstalled(db: ArchiveDatabase, mappings: readonly TableMapping[]): boolean {
  if (Object.keys(captureTables).some((name) => !hasTable(db, name))) return false;
  const known = new Set(tableNames(db));
  for (const mapping of replicatedHere(db, mappings)) {
    if (!known.has(mapping.name)) return false;
    const here = new Set(columnsOf(db, mapping.name).map(({ name }) => name));
    if (mapping.stamped && stampColumns.some((name) => !here.has(name))) return false;
  }
  const installed = new Map(installedTriggers(db).map(({ name, sql }) => [name, sql]));
  const expected = expectedTriggers(db, mappings);
  return installed.size === expected.length && expected.every(({ name, sql }) => installed.get(name) === sql);
}

function addStampColumns(db: ArchiveDatabase, table: string): void {
  const here = new Set(columnsOf(db, table).map(({ name }) => name));
  for (const name of stampColumns) {
    if (here.has(name)) continue;
    const type = name === "crdt_logical_time" ? "INTEGER" : "TEXT";
    db.exec(`ALTER TABLE ${quote(table)} ADD COLUMN ${name} ${type}`);
  }
}

function expectedTriggers(db: ArchiveDatabase, mappings: readonly TableMapping[]) {
  return replicatedHere(db, mappings).flatMap((mapping) =>
    triggersOf(db, mapping, tableId(db, mapping.name)!),
  );
}

function triggersOf(db: ArchiveDatabase, mapping: TableMapping, id: number) {
  return captureTriggers(mapping, id, columnsOf(db, mapping.name), uniqueKeysOf(db, mapping));
}

function installedTriggers(db: ArchiveDatabase): { name: string; sql: string }[] {
  return db
    .prepare("SELECT name,sql FROM sqlite_schema WHERE type='trigger' AND name GLOB 'crdt_*'")
    .all() as { name: string; sql: string }[];
}

/** A table keeps its number for ever. */
function numberTables(db: ArchiveDatabase, mappings: readonly TableMapping[]): void {
  const known = new Set(tableNames(db));
  const add = db.prepare("INSERT INTO crdt_tables(name)VALUES(?)");
  for (const { name } of replicatedHere(db, mappings)) if (!known.has(name)) add.run(name);
}

function tableId(db: ArchiveDatabase, name: string): number | undefined {
  return db.prepare("SELECT id FROM crdt_tables WHERE name=?").pluck().get(name) as number | undefined;
}

function tableNames(db: ArchiveDatabase): string[] {
  return db.prepare("SELECT name FROM crdt_tables").pluck().all() as string[];
}

/** Whether the file has a table of this name. */
export function hasTable(db: ArchiveDatabase, table: string): boolean {
  return db.prepare("SELECT 1 FROM sqlite_schema WHERE type='table' AND name=?").get(table) !== undefined;
}

/** Replicated tables that this file has: an older copy may lack one. */
function replicatedHere(db: ArchiveDatabase, mappings: readonly TableMapping[]): readonly TableMapping[] {
  return mappings.filter(({ kind, name }) => kind !== "local" && hasTable(db, name));
}
