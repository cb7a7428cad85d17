import type { Value } from "@jarvis-crdt/crdt";
import type { ArchiveDatabase } from "./database.ts";
import type { LocalKey } from "./local-key.ts";
import { quote } from "./name.ts";
import { fromInteger, fromSql, type SqlValue } from "./sql-value.ts";
import { stampColumns, type Table } from "./table.ts";

export interface ArchiveRow {
  readonly key: LocalKey;
  /** The replicated columns, all groups in order. */
  readonly values: readonly Value[];
  /** The six columns of the plan; empty where the table has none. */
  readonly stamp: readonly SqlValue[];
}

/** Reads rows of one table exactly: INTEGER and REAL apart, 64 bits, text that is not well-formed UTF-8. */
export class RowReader {
  readonly #table: Table;
  readonly #one;
  readonly #after;
  readonly #bytes;

  constructor(db: ArchiveDatabase, table: Table) {
    this.#table = table;
    const key = quote(table.mapping.key);
    const from = quote(table.mapping.name);
    const stamp = table.mapping.stamped ? stampColumns : [];
    const columns = table.columns.map((name, i) => (table.present[i] ? quote(name) : "NULL"));
    const select = `SELECT ${[key, ...columns, ...stamp].join(",")} FROM ${from}`;
    this.#one = db.prepare(`${select} WHERE ${key}=?`).raw().safeIntegers();
    this.#after = db.prepare(`${select} WHERE ${key}>? ORDER BY ${key} LIMIT ?`).raw().safeIntegers();
    this.#bytes = (column: number, at: bigint) =>
      db
        .prepare(`SELECT CAST(${columns[column]} AS BLOB) FROM ${from} WHERE ${key}=?`)
        .pluck()
        .get(at) as Uint8Array;
  }

  /** The row under this key. */
  one(key: LocalKey): ArchiveRow | undefined {
    const row = this.#one.get(BigInt(key)) as SqlValue[] | undefined;
    return row && this.#toRow(row);
  }

  /** At most `limit` rows after this key, by key. */
  after(key: LocalKey, limit: number): ArchiveRow[] {
    return (this.#after.all(BigInt(key), limit) as SqlValue[][]).map((row) => this.#toRow(row));
  }

  #toRow(row: SqlValue[]): ArchiveRow {
    const key = row[0] as bigint;
    const count = this.#table.columns.length;
    const values: Value[] = new Array(count);
    for (let i = 0; i < count; i++) values[i] = fromSql(row[i + 1]!, () => this.#bytes(i, key));
    return { key: fromInteger(key), values, stamp: row.slice(count + 1) };
  }
}
