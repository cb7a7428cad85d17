import { RawText, sameValue, type Value } from "@jarvis-crdt/crdt";
import type { RowView } from "../state/state.ts";
import { type ArchiveDatabase, sqliteCode } from "./database.ts";
import type { LocalKey } from "./local-key.ts";
import { quote } from "./name.ts";
import { type Condition, canonicalKey, NaturalKey } from "./natural-key.ts";
import type { ArchiveRow } from "./row-reader.ts";
import { SlotWriter } from "./slot-writer.ts";
import { type SqlValue, toSql } from "./sql-value.ts";
import { isStamped, stampOf, stampPlaces } from "./stamp.ts";
import { StampWriter } from "./stamp-writer.ts";
import { Statements } from "./statements.ts";
import { type GroupRange, stampColumns, type Table } from "./table.ts";

/** Writes rows of one table exactly, by what the state shows. The caller holds the write lock. */
export class RowWriter {
  readonly #table: Table;
  readonly #name: string;
  /** Indexes of the replicated columns that this file has. */
  readonly #present: readonly number[];
  readonly #into: string;
  /** Where the key replicates: says what the file made of it. */
  readonly #returning: string;
  readonly #insert;
  readonly #statements: Statements;
  readonly #slots: SlotWriter | undefined;
  readonly #stamps: StampWriter;

  constructor(db: ArchiveDatabase, table: Table) {
    this.#table = table;
    this.#name = quote(table.mapping.name);
    this.#statements = new Statements(db);
    this.#present = table.columns.map((_, i) => i).filter((i) => table.present[i]);
    const stamp = table.mapping.stamped ? stampColumns : [];
    const { naturalKey } = table;
    const key = naturalKey ? [] : [quote(table.mapping.key)];
    const columns = [...key, ...this.#present.map((i) => quote(table.columns[i]!)), ...stamp];
    this.#into = `INSERT INTO ${this.#name}(${columns.join(",")})VALUES`;
    this.#returning = naturalKey ? ` RETURNING ${NaturalKey.expression(naturalKey.columns, "")}` : "";
    this.#stamps = new StampWriter(db, table);
    this.#slots = SlotWriter.for(db, table, this.#into, this.#present);
    this.#insert = db.prepare(this.#into + this.#places(this.#present.map(() => "?")) + this.#returning);
  }

  /** Inserts a row whose key is free. Returns why the file refuses it, if it does. */
  insert(key: LocalKey, view: RowView): Refusal | undefined {
    const { slots } = view;
    if (slots !== undefined && this.#slots !== undefined && typeof key === "number") {
      const writer = this.#slots;
      return attempt(() => writer.insert(key, view, slots));
    }
    const { raw, bindings } = this.#bindingsOf(key, view);
    const statement = raw ? this.#insertRaw(this.#into, view.values, this.#returning) : this.#insert;
    if (typeof key !== "string") return attempt(() => statement.run(...bindings));
    let stored = "";
    const refused = attempt(() => {
      stored = canonicalKey(statement.pluck().get(...bindings) as string);
    });
    if (refused !== undefined || stored === key) return refused;
    // Left there, it would be another row, which nobody wrote.
    this.delete(stored);
    const reason = `this file keeps the key ${key} as ${stored}: its columns have other types here`;
    return { reason, isTaken: false };
  }

  /** Inserts a row in place of all others that hold values which may be there only once. */
  replace(key: LocalKey, view: RowView): void {
    const { bindings } = this.#bindingsOf(key, view);
    this.#insertRaw(this.#into.replace("INSERT", "INSERT OR REPLACE"), view.values).run(bindings);
  }

  #bindingsOf(key: LocalKey, view: RowView): { readonly raw: boolean; readonly bindings: SqlValue[] } {
    const bindings: SqlValue[] = typeof key === "string" ? [] : [BigInt(key)];
    let raw = false;
    for (const i of this.#present) {
      const value = this.#valueOf(view, i);
      if (value instanceof RawText) raw = true;
      bindings.push(toSql(value));
    }
    if (this.#table.mapping.stamped) bindings.push(...stampOf(this.#table, view));
    return { raw, bindings };
  }

  /**
   * Makes a shown row what the state says: writes the groups that differ, and the stamp. Whether it wrote anything.
   * `replace` removes all other rows that hold values which may be there only once.
   */
  update(row: ArchiveRow, view: RowView, replace = false): boolean {
    const set: string[] = [];
    const bindings: SqlValue[] = [];
    for (const group of this.#table.groups) {
      if (group.initialOnly || !this.#differs(group, row.values, view)) continue;
      for (let i = group.from; i < group.to; i++) {
        if (!this.#table.present[i]) continue;
        const value = this.#valueOf(view, i);
        set.push(`${quote(this.#table.columns[i]!)}=${placeholder(value)}`);
        bindings.push(toSql(value));
      }
    }
    if (this.#table.mapping.stamped) {
      const stamp = stampOf(this.#table, view);
      if (!isStamped(row.stamp, stamp)) {
        set.push(...stampColumns.map((name, i) => `${name}=${stampPlaces[i]}`));
        bindings.push(...stamp);
      }
    }
    if (set.length === 0) return false;
    const where = this.#where(row.key);
    const sql = `UPDATE ${replace ? "OR REPLACE " : ""}${this.#name} SET ${set.join(",")} WHERE ${where.sql}`;
    this.#statements.get(sql).run([...bindings, ...where.bindings]);
    return true;
  }

  /** Writes the stamp of a row that is as it shall be otherwise. Whether the row is there and took it. */
  stamp(key: LocalKey, view: RowView): boolean {
    if (!this.#table.mapping.stamped || typeof key !== "number") return false;
    let isThere = false;
    const refusal = attempt(() => {
      isThere = this.#stamps.write(key, view);
    });
    return refusal === undefined && isThere;
  }

  delete(key: LocalKey): void {
    const { sql, bindings } = this.#where(key);
    this.#statements.get(`DELETE FROM ${this.#name} WHERE ${sql}`).run(bindings);
  }

  #where(key: LocalKey): Condition {
    const { naturalKey, mapping } = this.#table;
    if (typeof key === "string" && naturalKey) return naturalKey.where(key);
    return { sql: `${quote(mapping.key)}=?`, bindings: [BigInt(key)] };
  }

  /** An author who knows fewer columns leaves NULL where this file may not accept it. */
  #valueOf(view: RowView, column: number): Value {
    const value = view.values[column] ?? null;
    return value === null && this.#table.filled[column] ? (this.#table.defaults[column] ?? null) : value;
  }

  #differs(group: GroupRange, here: readonly Value[], view: RowView): boolean {
    for (let i = group.from; i < group.to; i++) {
      if (this.#table.present[i] && !sameValue(here[i]!, this.#valueOf(view, i))) return true;
    }
    return false;
  }

  #insertRaw(into: string, values: readonly Value[], end = "") {
    const places = this.#places(this.#present.map((i) => placeholder(values[i] ?? null)));
    return this.#statements.get(into + places + end);
  }

  #places(values: readonly string[]): string {
    const { naturalKey, mapping } = this.#table;
    const key = naturalKey ? [] : ["?"];
    return `(${[...key, ...values, ...(mapping.stamped ? stampPlaces : [])].join(",")})`;
  }
}

/** Why the file refuses a row. */
export interface Refusal {
  /** SQLite's message. */
  readonly reason: string;
  /** Another row holds a value that may be there only once. */
  readonly isTaken: boolean;
}

/** Runs a write of one row; returns why the file refuses it, if it does. Other errors pass. */
export function attempt(write: () => void): Refusal | undefined {
  try {
    write();
    return undefined;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const code = sqliteCode(error);
    const isTaken = code === "SQLITE_CONSTRAINT_UNIQUE" || code === "SQLITE_CONSTRAINT_PRIMARYKEY";
    return { reason: (error as Error).message, isTaken };
  }
}

/**
 * Errors that concern one row: a constraint of the file, or a trigger of its owner that fails. Everything else (disk full,
 * a lock, damage) concerns the whole transaction.
 */
function isRefusal(error: unknown): boolean {
  const code = sqliteCode(error);
  return (
    code.startsWith("SQLITE_CONSTRAINT") ||
    code === "SQLITE_ERROR" ||
    code === "SQLITE_MISMATCH" ||
    code === "SQLITE_TOOBIG"
  );
}

function placeholder(value: Value): string {
  return value instanceof RawText ? "CAST(? AS TEXT)" : "?";
}
