import type { Value } from "@jarvis-crdt/crdt";
import { keyGroup, type TableMapping } from "../mapping.ts";
import type { CapturedColumn } from "./capture-sql.ts";
import type { ArchiveDatabase } from "./database.ts";
import { quote } from "./name.ts";
import { NaturalKey } from "./natural-key.ts";
import { fromSql, type SqlValue } from "./sql-value.ts";

/** The columns of the plan (§4.2) that show where a row comes from, in their order. */
export const stampColumns = [
  "crdt_type",
  "crdt_node_id",
  "crdt_vector_clock",
  "crdt_logical_time",
  "crdt_operation_id",
  "crdt_metadata",
] as const;

/** Where the columns of one group lie in the flat list of a row's values. */
export interface GroupRange {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Later changes stay on this node, or there are none: rule M leaves the columns of a shown row alone. */
  readonly initialOnly: boolean;
}

/** A replicated table as it is in this file. */
export interface Table {
  readonly mapping: TableMapping;
  /** Where the key of its rows replicates. */
  readonly naturalKey: NaturalKey | undefined;
  /** Its number in `crdt_rows` and `crdt_outbox`. */
  readonly id: number;
  readonly groups: readonly GroupRange[];
  /** All replicated columns, all groups in order. */
  readonly columns: readonly string[];
  /** For each of them whether this file has it; a column that an older file lacks reads as NULL. */
  readonly present: readonly boolean[];
  /** For each of them what SQLite puts where nothing is given; NULL where that is not a plain value. */
  readonly defaults: readonly Value[];
  /** For each of them whether it does not accept NULL but has a default instead. */
  readonly filled: readonly boolean[];
}

export interface Column extends CapturedColumn {
  /** An SQL expression. */
  readonly default: string | null;
  /** NOT NULL. */
  readonly isRequired: boolean;
}

/** The columns of a table that hold data, generated ones excluded; empty where there is no such table. */
export function columnsOf(db: ArchiveDatabase, table: string): Column[] {
  const rows = db.pragma(`table_xinfo(${quote(table)})`) as {
    name: string;
    type: string;
    hidden: number;
    dflt_value: string | null;
    notnull: number;
  }[];
  const sql = db.prepare("SELECT sql FROM sqlite_schema WHERE type='table' AND name=?").pluck().get(table);
  const isCollated = typeof sql === "string" && /\bCOLLATE\b/i.test(sql);
  return rows
    .filter(({ hidden }) => hidden === 0)
    .map(({ name, type, dflt_value, notnull }) => ({
      name,
      type: type.toUpperCase(),
      isCollated,
      default: dflt_value,
      isRequired: notnull === 1,
    }));
}

/** Reads how a mapped table lies in this file. */
export function describeTable(db: ArchiveDatabase, mapping: TableMapping, id: number): Table {
  const all = columnsOf(db, mapping.name);
  const here = new Map(all.map((column) => [column.name, column]));
  const { keyColumns } = mapping;
  const groups: GroupRange[] = [];
  const columns: string[] = [];
  for (const group of mapping.groups) {
    const from = columns.length;
    columns.push(...group.columns);
    const isKey = keyColumns !== undefined && group.name === keyGroup;
    const initialOnly = isKey || mapping.initialOnly.includes(group.name);
    groups.push({ name: group.name, from, to: columns.length, initialOnly });
  }
  const found = columns.map((name) => here.get(name));
  return {
    mapping,
    naturalKey: keyColumns && new NaturalKey(keyColumns, all),
    id,
    groups,
    columns,
    present: found.map((column) => column !== undefined),
    defaults: found.map((column) => plainValue(db, column?.default ?? null)),
    filled: found.map((column) => column?.isRequired === true && column.default !== null),
  };
}

/** The value of a default that is a literal. */
function plainValue(db: ArchiveDatabase, expression: string | null): Value {
  if (expression === null || !/^([-+]?[0-9.]+|'([^']|'')*'|x'[0-9a-f]*'|NULL|TRUE|FALSE)$/i.test(expression))
    return null;
  const value = db.prepare(`SELECT ${expression}`).pluck().safeIntegers().get() as SqlValue;
  return fromSql(value, () => Buffer.from(String(value)));
}
