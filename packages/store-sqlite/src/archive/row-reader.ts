import type { Value } from "@jarvis-crdt/crdt";
import { planBytes } from "../state/state.ts";
import type { ArchiveDatabase } from "./database.ts";
import { bounded } from "./large-rows.ts";
import { type LocalKey, readKey } from "./local-key.ts";
import { quote } from "./name.ts";
import { type Condition, keySql, type NaturalKey, noKey } from "./natural-key.ts";
import { fromSql, type SqlValue } from "./sql-value.ts";
import { Statements } from "./statements.ts";
import { stampColumns, type Table } from "./table.ts";

/** A row of an archive as it stands there. */
export interface ArchiveRow {
  readonly key: LocalKey;
  /** The replicated columns, all groups in order. */
  readonly values: readonly Value[];
  /** The six columns of the plan; empty where the table has none. */
  readonly stamp: readonly SqlValue[];
}

/** Rows of a table in the order of their keys. */
export interface RowPage {
  readonly rows: readonly ArchiveRow[];
  /** No row comes after these. */
  readonly isLast: boolean;
}

/** Reads rows of one table exactly: INTEGER and REAL apart, 64 bits, text that is not well-formed UTF-8. */
export class RowReader {
  readonly #table: Table;
  readonly #statements: Statements;
  readonly #select: string;
  readonly #one;
  readonly #after;
  readonly #columns: readonly string[];
  readonly #size: string;

  constructor(db: ArchiveDatabase, table: Table) {
    this.#table = table;
    this.#statements = new Statements(db);
    const { mapping, naturalKey } = table;
    const stamp = mapping.stamped ? stampColumns : [];
    const present = table.columns.filter((_, i) => table.present[i]).map(quote);
    this.#columns = table.columns.map((name, i) => (table.present[i] ? bounded(quote(name)) : "NULL"));
    this.#size = ["0", ...present.map((column) => `ifnull(octet_length(${column}),0)`)].join("+");
    const key = keySql(mapping, "");
    this.#select = `SELECT ${[key, ...this.#columns, ...stamp].join(",")} FROM ${quote(mapping.name)} WHERE `;
    if (naturalKey) return;
    this.#one = db.prepare(`${this.#select}${key}=?`).raw().safeIntegers();
    this.#after = db.prepare(`${this.#select}${key}>? ORDER BY ${key} LIMIT ?`).raw().safeIntegers();
  }

  /** The row under this key. */
  one(key: LocalKey): ArchiveRow | undefined {
    const row = (
      typeof key === "string"
        ? [...this.#read(this.#keyed().where(key), "LIMIT 1")][0]
        : this.#one!.get(BigInt(key))
    ) as SqlValue[] | undefined;
    return row && this.#toRow(row);
  }

  /** Any row, its key whole or not. */
  any(): ArchiveRow | undefined {
    const row = this.#statements.get(`${this.#select}1 LIMIT 1`).raw().safeIntegers().get();
    return row === undefined ? undefined : this.#toRow(row as SqlValue[]);
  }

  /**
   * At most `limit` rows after this key, by key; from the first one on where there is none. Of large rows so many as may
   * be in memory together.
   */
  after(key: LocalKey | undefined, limit: number): RowPage {
    const rows: SqlValue[][] = [];
    let bytes = 0;
    for (const row of this.#rowsAfter(key, limit)) {
      rows.push(row);
      for (const value of row)
        if (typeof value === "string" || value instanceof Uint8Array) bytes += value.length;
      if (bytes > planBytes) break;
    }
    return { rows: rows.map((row) => this.#toRow(row)), isLast: rows.length < limit && bytes <= planBytes };
  }

  /** Bytes of the values of the row under this key, without reading them. */
  sizeOf(key: LocalKey): number {
    const { sql, bindings } = this.#where(key);
    const from = `SELECT ${this.#size} FROM ${quote(this.#table.mapping.name)} WHERE ${sql}`;
    return (
      (this.#statements
        .get(from)
        .pluck()
        .get(...bindings) as number | undefined) ?? 0
    );
  }

  #rowsAfter(key: LocalKey | undefined, limit: number): Iterable<SqlValue[]> {
    const { naturalKey, mapping } = this.#table;
    if (naturalKey !== undefined)
      return this.#read(naturalKey.after(key as string | undefined), "LIMIT ?", limit);
    if (key === undefined)
      return this.#read({ sql: `1 ORDER BY ${quote(mapping.key)}`, bindings: [] }, "LIMIT ?", limit);
    return this.#after!.iterate(BigInt(key), limit) as Iterable<SqlValue[]>;
  }

  #read({ sql, bindings }: Condition, end: string, ...more: readonly number[]): Iterable<SqlValue[]> {
    const statement = this.#statements.get(`${this.#select}${sql} ${end}`).raw().safeIntegers();
    return statement.iterate(...bindings, ...more) as Iterable<SqlValue[]>;
  }

  #where(key: LocalKey): Condition {
    const { naturalKey, mapping } = this.#table;
    if (typeof key === "string" && naturalKey) return naturalKey.where(key);
    return { sql: `${quote(mapping.key)}=?`, bindings: [BigInt(key)] };
  }

  #keyed(): NaturalKey {
    const { naturalKey, mapping } = this.#table;
    if (naturalKey === undefined) throw new Error(`rows of ${mapping.name} are found by a number`);
    return naturalKey;
  }

  #toRow(row: SqlValue[]): ArchiveRow {
    const [first] = row;
    const key = readKey(first as bigint | string);
    const count = this.#table.columns.length;
    const values: Value[] = new Array(count);
    for (let i = 0; i < count; i++) {
      const value = row[i + 1]!;
      // Without a key the row cannot be found again, and nobody can use it.
      values[i] = fromSql(value, () => (key === noKey ? utf8.encode(String(value)) : this.#bytes(i, key)));
    }
    return { key, values, stamp: row.slice(count + 1) };
  }

  #bytes(column: number, key: LocalKey): Uint8Array {
    const { sql, bindings } = this.#where(key);
    const from = quote(this.#table.mapping.name);
    return this.#statements
      .get(`SELECT CAST(${this.#columns[column]} AS BLOB) FROM ${from} WHERE ${sql}`)
      .pluck()
      .get(...bindings) as Uint8Array;
  }
}

const utf8 = new TextEncoder();
