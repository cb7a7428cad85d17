import { type ArchiveDatabase, columnsOf, quote, stampColumns } from "@jarvis-crdt/store-sqlite";
import { MigrateError } from "./migrate-error.ts";
import { withOneStampColumn, withoutStampColumns } from "./stamp-text.ts";

/** What of ours a file holds. */
export interface Traces {
  readonly tables: readonly string[];
  readonly triggers: readonly string[];
  /** Tables of the assistant that have our six columns. */
  readonly stamped: readonly string[];
}

interface SchemaRow {
  readonly rowid: number;
  readonly type: string;
  readonly name: string;
  readonly table: string;
  readonly sql: string | null;
}

/** Everything of ours that a file holds; tables named `crdt_…` are ours, adoption refuses files that have others. */
export function findTraces(db: ArchiveDatabase): Traces {
  const schema = readSchema(db);
  const ours = schema.filter(({ name }) => isOurs(name));
  const tables = schema.filter(({ type, name }) => type === "table" && !isOurs(name));
  return {
    tables: ours.filter(({ type }) => type === "table").map(({ name }) => name),
    triggers: ours.filter(({ type }) => type === "trigger").map(({ name }) => name),
    stamped: tables.filter(({ name }) => isStamped(db, name)).map(({ name }) => name),
  };
}

/**
 * Takes out of a file everything that adopting it brought in, within the caller's write transaction: afterwards its
 * schema reads as before to the byte, and so does every row that was there. SQLite rewrites the rows of stamped tables, so
 * that nothing of the six columns stays in them. O(rows).
 *
 * @throws MigrateError `depends-on-us` where a view, trigger or index of the owner uses something of ours
 */
export function removeCapture(db: ArchiveDatabase): Traces {
  const traces = findTraces(db);
  refuseDependants(db);
  const before = readSchema(db).filter(({ name }) => !isOurs(name));
  for (const name of traces.triggers) db.exec(`DROP TRIGGER ${quote(name)}`);
  for (const name of traces.tables) db.exec(`DROP TABLE ${quote(name)}`);
  // Our own schema texts: SQLite refuses to edit them unless told, and checks foreign views and triggers, which need not
  // be sound here, when a column goes.
  db.unsafeMode(true);
  db.pragma("writable_schema = ON");
  db.pragma("legacy_alter_table = ON");
  try {
    const texts = new Map(before.map(({ rowid, sql }) => [rowid, sql]));
    for (const table of traces.stamped) {
      const row = before.find(({ type, name }) => type === "table" && name === table)!;
      texts.set(row.rowid, removeColumns(db, row));
    }
    restoreTexts(db, texts);
    dropUnusedSequence(db);
  } finally {
    db.pragma("legacy_alter_table = OFF");
    db.pragma("writable_schema = RESET");
    db.unsafeMode(false);
  }
  return traces;
}

/**
 * Removes the six columns of a table and returns what its text was before they came. SQLite rewrites all rows for each
 * column that it drops; where ours are the last, it is told of one only, and one pass over the rows leaves all six out.
 */
function removeColumns(db: ArchiveDatabase, { rowid, name, sql }: SchemaRow): string | null {
  const columns = columnsOf(db, name).map((column) => column.name);
  const areLast = columns.slice(-stampColumns.length).join() === stampColumns.join();
  const withOne = areLast ? withOneStampColumn(sql ?? "") : undefined;
  if (withOne !== undefined) {
    setText(db, rowid, withOne);
    reload(db);
  }
  const dropped = withOne === undefined ? stampColumns.toReversed() : stampColumns.slice(0, 1);
  for (const column of dropped) db.exec(`ALTER TABLE ${quote(name)} DROP COLUMN ${column}`);
  return withoutStampColumns(sql ?? "") ?? readSchema(db).find((row) => row.rowid === rowid)!.sql;
}

/** Dropping a column also changes the quotes in views and triggers of the owner. */
function restoreTexts(db: ArchiveDatabase, texts: ReadonlyMap<number, string | null>): void {
  for (const { rowid, sql } of readSchema(db)) {
    const text = texts.get(rowid);
    if (typeof text === "string" && text !== sql) setText(db, rowid, text);
  }
  reload(db);
}

/** Makes SQLite read the schema that we wrote. */
function reload(db: ArchiveDatabase): void {
  db.pragma("writable_schema = RESET");
  db.pragma("writable_schema = ON");
}

/**
 * `sqlite_sequence` came with the outbox where no table of the owner counts up. SQLite does not drop it by this name.
 */
function dropUnusedSequence(db: ArchiveDatabase): void {
  const schema = readSchema(db);
  const sequence = schema.find(({ name }) => name === "sqlite_sequence");
  if (sequence === undefined || schema.some(({ sql }) => /\bAUTOINCREMENT\b/i.test(sql ?? ""))) return;
  if (db.prepare("SELECT 1 FROM sqlite_sequence").get() !== undefined) return;
  db.prepare(
    "UPDATE sqlite_schema SET name='crdt_sequence',tbl_name='crdt_sequence',sql='CREATE TABLE crdt_sequence(name,seq)' WHERE rowid=?",
  ).run(sequence.rowid);
  db.pragma("writable_schema = RESET");
  db.exec("DROP TABLE crdt_sequence");
}

const ourTables = /\bcrdt_(tables|rows|outbox|marker|refused|leftovers|adoption)\b/i;
const ourColumns = new RegExp(`\\b(${stampColumns.join("|")})\\b`, "i");

function refuseDependants(db: ArchiveDatabase): void {
  const stamped = findTraces(db).stamped.map((name) => name.toLowerCase());
  const uses = (type: string, sql: string): boolean =>
    ourTables.test(sql) ||
    (type !== "table" && ourColumns.test(sql) && stamped.some((name) => sql.toLowerCase().includes(name)));
  const dependant = readSchema(db).find(
    ({ type, name, sql }) => !isOurs(name) && sql !== null && uses(type, sql),
  );
  if (dependant === undefined) return;
  throw new MigrateError(
    "depends-on-us",
    `${dependant.type} ${JSON.stringify(dependant.name.slice(0, 80))} uses a table or column that the adoption added; drop it, then call this again.`,
  );
}

function setText(db: ArchiveDatabase, rowid: number, text: string): void {
  db.prepare("UPDATE sqlite_schema SET sql=? WHERE rowid=?").run(text, rowid);
}

function isStamped(db: ArchiveDatabase, table: string): boolean {
  const names = new Set(columnsOf(db, table).map(({ name }) => name));
  return stampColumns.every((name) => names.has(name));
}

function isOurs(name: string): boolean {
  return name.startsWith("crdt_");
}

function readSchema(db: ArchiveDatabase): SchemaRow[] {
  return db.prepare(`SELECT rowid,type,name,tbl_name AS "table",sql FROM sqlite_schema`).all() as SchemaRow[];
}
