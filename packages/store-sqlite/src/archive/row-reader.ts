import type { Value } from "@jarvis-crdt/crdt";
import type { ArchiveDatabase } from "./database.ts";
import { type LocalKey, readKey } from "./local-key.ts";
import { quote } from "./name.ts";
import { type Condition, keySql, type NaturalKey, noKey } from "./natural-key.ts";
import { fromSql, type SqlValue } from "./sql-value.ts";
import { Statements } from "./statements.ts";
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
  readonly #statements: Statements;
  readonly #select: string;
  readonly #one;
  readonly #after;
  readonly #columns: readonly string[];

  constructor(db: ArchiveDatabase, table: Table) {
    this.#table = table;
    this.#statements = new Statements(db);
    const { mapping, naturalKey } = table;
    const stamp = mapping.stamped ? stampColumns : [];
    this.#columns = table.columns.map((name, i) => (table.present[i] ? quote(name) : "NULL"));
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
        ? this.#read(this.#keyed().where(key), "LIMIT 1")[0]
        : this.#one!.get(BigInt(key))
    ) as SqlValue[] | undefined;
    return row && this.#toRow(row);
  }

  /** Any row, its key whole or not. */
  any(): ArchiveRow | undefined {
    const row = this.#statements.get(`${this.#select}1 LIMIT 1`).raw().safeIntegers().get();
    return row === undefined ? undefined : this.#toRow(row as SqlValue[]);
  }

  /** At most `limit` rows after this key, by key; from the first one on where there is none. */
  after(key: LocalKey | undefined, limit: number): ArchiveRow[] {
    return this.#rowsAfter(key, limit).map((row) => this.#toRow(row));
  }

  #rowsAfter(key: LocalKey | undefined, limit: number): SqlValue[][] {
    const { naturalKey, mapping } = this.#table;
    if (naturalKey !== undefined)
      return this.#read(naturalKey.after(key as string | undefined), "LIMIT ?", limit);
    if (key === undefined)
      return this.#read({ sql: `1 ORDER BY ${quote(mapping.key)}`, bindings: [] }, "LIMIT ?", limit);
    return this.#after!.all(BigInt(key), limit) as SqlValue[][];
  }

  #read({ sql, bindings }: Condition, end: string, ...more: readonly number[]): SqlValue[][] {
    const statement = this.#statements.get(`${this.#select}${sql} ${end}`).raw().safeIntegers();
    return statement.all(...bindings, ...more) as SqlValue[][];
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
    const { naturalKey, mapping } = this.#table;
    const { sql, bindings } =
      typeof key === "string" && naturalKey
        ? naturalKey.where(key)
        : { sql: `${quote(mapping.key)}=?`, bindings: [BigInt(key)] };
    return this.#statements
      .get(`SELECT CAST(${this.#columns[column]} AS BLOB) FROM ${quote(mapping.name)} WHERE ${sql}`)
      .pluck()
      .get(...bindings) as Uint8Array;
  }
}

const utf8 = new TextEncoder();
