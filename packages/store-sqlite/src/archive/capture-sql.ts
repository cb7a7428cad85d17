import { keyGroup, type TableMapping } from "../mapping.ts";
import { literal, quote } from "./name.ts";
import { keySql } from "./natural-key.ts";

/**
 * What an outbox entry reports; `lost` rows are gone, and no trigger saw how; a `contested` row was about to lose a UNIQUE
 * value to another, which deletes it or fails.
 */
export const entryKind = { insert: 1, update: 2, delete: 3, adopt: 4, lost: 5, contested: 6 } as const;

/**
 * Our tables in the application's file. Few and short on purpose: every connection that the application opens parses
 * the whole schema, and it opens one per call, so that each object here costs about as much as a row.
 *
 * - `crdt_rows`: which row a local key (`LocalKey`; its column takes texts too) is, for rows that the state file knows. Written by rule M alone: until then a row
 *   is named by its outbox entry.
 * - `crdt_outbox`: what the application did, one narrow row per write. `was` is the old key of an update. The token is
 *   random; that of an adopted row is its uid.
 * - `crdt_tables`: the tables' numbers in the other two.
 * - `crdt_marker`: which node shows its state here, the nonce of the last plan that was carried out, and `applying`, which
 *   is 1 inside our own transactions, so that triggers pass them over.
 */
export const captureTables: Readonly<Record<string, string>> = {
  crdt_tables: "CREATE TABLE crdt_tables(id INTEGER PRIMARY KEY,name TEXT)",
  crdt_rows:
    "CREATE TABLE crdt_rows(tbl INTEGER,key INTEGER,uid BLOB UNIQUE,PRIMARY KEY(tbl,key))WITHOUT ROWID",
  crdt_outbox:
    "CREATE TABLE crdt_outbox(id INTEGER PRIMARY KEY AUTOINCREMENT,kind INTEGER,tbl INTEGER,key INTEGER,was INTEGER,grp TEXT,token BLOB DEFAULT(randomblob(16)),time REAL DEFAULT(julianday('now')))",
  crdt_marker: "CREATE TABLE crdt_marker(node TEXT,nonce TEXT,trimmed_through INTEGER,applying INTEGER)",
};

/** What a column of the application's table is to the triggers. */
export interface CapturedColumn {
  readonly name: string;
  /** Declared type, upper case. */
  readonly type: string;
  /** It may compare texts as equal that differ in their bytes. */
  readonly isCollated: boolean;
}

export interface Trigger {
  readonly name: string;
  readonly sql: string;
}

const notApplying = "(SELECT applying FROM crdt_marker)=0";

/**
 * The triggers of one table: pure SQL that runs on SQLite 3.40 in anybody's connection. `id` is the table's number. An update
 * is logged whether or not it changes a value, because SQLite refuses to drop a column that a trigger reads; the state
 * compares. Columns of groups whose later changes stay local are not watched at all, so that the assistant's
 * re-tagging of every row costs nothing.
 */
export function captureTriggers(
  mapping: TableMapping,
  id: number,
  columns: readonly CapturedColumn[],
  uniqueKeys: readonly (readonly string[])[],
): Trigger[] {
  const on = quote(mapping.name);
  const { keyColumns } = mapping;
  const key = (row: "OLD." | "NEW."): string => keySql(mapping, row);
  const trigger = (suffix: string, event: string, when: string, fields: string, values: string): Trigger => {
    const name = `crdt_${suffix}_${id}`;
    const insert = `INSERT INTO crdt_outbox(${fields})VALUES(${values})`;
    return {
      name,
      sql: `CREATE TRIGGER ${name} AFTER ${event} ON ${on} WHEN ${when}${notApplying} BEGIN ${insert};END`,
    };
  };

  const keyNames = keyColumns ?? [mapping.key];
  const moved = keyColumns
    ? changed(columns.filter(({ name }) => keyColumns.includes(name)))
    : [`${key("OLD.")}<>${key("NEW.")}`];
  const update = (suffix: string, names: readonly string[], conditions: readonly string[], group: string) =>
    trigger(
      suffix,
      `UPDATE OF ${names.map(quote).join(",")}`,
      conditions.length > 0 ? `(${conditions.join(" OR ")})AND ` : "",
      "kind,tbl,key,was,grp",
      `${entryKind.update},${id},${key("NEW.")},${key("OLD.")},${group}`,
    );

  const triggers = [
    trigger("i", "INSERT", "", "kind,tbl,key", `${entryKind.insert},${id},${key("NEW.")}`),
    trigger("d", "DELETE", "", "kind,tbl,key", `${entryKind.delete},${id},${key("OLD.")}`),
  ];
  // A change of the key is logged by the first trigger on updates, to spare every connection the parsing of another.
  let watchesKey = false;
  for (const [index, group] of mapping.groups.entries()) {
    if (mapping.kind === "grow-only" || mapping.initialOnly.includes(group.name)) continue;
    if (keyColumns && group.name === keyGroup) continue;
    const watched = columns.filter(({ name }) => group.columns.includes(name));
    if (watched.length === 0) continue;
    const names = watched.map(({ name }) => name);
    if (!watchesKey) names.unshift(...keyNames);
    watchesKey = true;
    triggers.push(update(`u${index}`, names, [], literal(group.name)));
  }
  if (!watchesKey) triggers.push(update("k", keyNames, moved, "NULL"));
  return [...triggers, ...contestTriggers(mapping, id, uniqueKeys)];
}

/**
 * REPLACE deletes rows that hold a UNIQUE value of the new one, and no trigger sees that: so those rows are noted before.
 * Tables without such values, as the assistant's own are, get none of these.
 */
function contestTriggers(
  mapping: TableMapping,
  id: number,
  uniqueKeys: readonly (readonly string[])[],
): readonly Trigger[] {
  if (uniqueKeys.length === 0) return [];
  const on = quote(mapping.name);
  const key = keySql(mapping, "");
  const trigger = (suffix: string, event: string, own: "OLD." | "NEW."): Trigger => {
    const name = `crdt_${suffix}_${id}`;
    const notes = uniqueKeys.map((names) => {
      const same = names.map((column) => `${quote(column)}=NEW.${quote(column)}`).join(" AND ");
      return `INSERT INTO crdt_outbox(kind,tbl,key)SELECT ${entryKind.contested},${id},${key} FROM ${on} WHERE ${same} AND ${key} IS NOT ${keySql(mapping, own)};`;
    });
    return {
      name,
      sql: `CREATE TRIGGER ${name} BEFORE ${event} ON ${on} WHEN ${notApplying} BEGIN ${notes.join("")}END`,
    };
  };
  const watched = [...new Set(uniqueKeys.flat())].map(quote).join(",");
  return [trigger("r", "INSERT", "NEW."), trigger("s", `UPDATE OF ${watched}`, "OLD.")];
}

/**
 * Conditions of which one holds if a column changed. Values of equal type compare by their bytes unless the column has a
 * collation; 5 and 5.0 compare as equal, but only a column without TEXT affinity can hold numbers at all.
 */
function changed(columns: readonly CapturedColumn[]): string[] {
  const conditions: string[] = [];
  const plain: string[] = [];
  for (const { name, type, isCollated } of columns) {
    const column = quote(name);
    if (isCollated) conditions.push(`OLD.${column} COLLATE BINARY IS NOT NEW.${column}`);
    else plain.push(column);
    if (!isText(type)) conditions.push(`typeof(OLD.${column})IS NOT typeof(NEW.${column})`);
  }
  const row = (version: string): string => plain.map((column) => `${version}.${column}`).join(",");
  if (plain.length > 0) conditions.unshift(`(${row("OLD")})IS NOT(${row("NEW")})`);
  return conditions;
}

/** TEXT affinity by SQLite's rules (https://www.sqlite.org/datatype3.html#determination_of_column_affinity). */
function isText(type: string): boolean {
  return !type.includes("INT") && /CHAR|CLOB|TEXT/.test(type);
}
