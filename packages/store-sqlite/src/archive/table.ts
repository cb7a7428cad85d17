import { keyGroup, type TableMapping } from "../mapping.ts";
import type { CapturedColumn } from "./capture-sql.ts";
import type { ArchiveDatabase } from "./database.ts";
import { quote } from "./name.ts";
import { NaturalKey } from "./natural-key.ts";

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
}

/** The columns of a table that hold data, generated ones excluded; empty where there is no such table. */
export function columnsOf(db: ArchiveDatabase, table: string): CapturedColumn[] {
  const rows = db.pragma(`table_xinfo(${quote(table)})`) as { name: string; type: string; hidden: number }[];
  const sql = db.prepare("SELECT sql FROM sqlite_schema WHERE type='table' AND name=?").pluck().get(table);
  const isCollated = typeof sql === "string" && /\bCOLLATE\b/i.test(sql);
  return rows
    .filter(({ hidden }) => hidden === 0)
    .map(({ name, type }) => ({ name, type: type.toUpperCase(), isCollated }));
}

/** Reads how a mapped table lies in this file. */
export function describeTable(db: ArchiveDatabase, mapping: TableMapping, id: number): Table {
  const found = columnsOf(db, mapping.name);
  const here = new Set(found.map(({ name }) => name));
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
  const naturalKey = keyColumns && new NaturalKey(keyColumns, found);
  return { mapping, naturalKey, id, groups, columns, present: columns.map((name) => here.has(name)) };
}
