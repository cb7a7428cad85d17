import { type LogId, RawText, type RowSlots } from "@jarvis-crdt/crdt";
import type { RowView } from "../state/state.ts";
import type { ArchiveDatabase } from "./database.ts";
import { type SqlValue, toSql } from "./sql-value.ts";
import { authorsStampPlaces, typeOf } from "./stamp.ts";
import { type Statement, Statements } from "./statements.ts";
import type { Table } from "./table.ts";

/** What rows must have in common for one statement. */
interface Shape {
  readonly log: LogId;
  readonly base: boolean;
  /** Bit i is set where column i is bound as the bytes of a text. */
  readonly texts: number;
}

/**
 * Inserts rows as packed batches bring them. A text is bound as its bytes and cast, which makes the same value as a
 * string would and saves making the string twice; what all rows of an author have in common stands in the statement.
 */
export class SlotWriter {
  readonly #table: Table;
  readonly #into: string;
  /** Indexes of the replicated columns that this file has. */
  readonly #present: readonly number[];
  readonly #statements: Statements;
  #shape: Shape | undefined;
  #statement: Statement | undefined;
  /** Bound anew for each row: SQLite copies. */
  readonly #bindings: unknown[] = [];

  private constructor(statements: Statements, table: Table, into: string, present: readonly number[]) {
    this.#statements = statements;
    this.#table = table;
    this.#into = into;
    this.#present = present;
  }

  /** Undefined where bytes are not what the file keeps as text, or the table's key is one of its columns. */
  static for(
    db: ArchiveDatabase,
    table: Table,
    into: string,
    present: readonly number[],
  ): SlotWriter | undefined {
    if (table.naturalKey !== undefined || db.pragma("encoding", { simple: true }) !== "UTF-8")
      return undefined;
    return new SlotWriter(new Statements(db), table, into, present);
  }

  insert(key: number, view: RowView, slots: RowSlots): void {
    const bindings = this.#bindings;
    bindings.length = 0;
    bindings.push(key);
    let texts = 0;
    let others = 0;
    for (const i of this.#present) {
      const value = this.#bound(slots, i);
      bindings.push(value);
      if (value === null || typeof value === "string") continue;
      if ((slots.texts >>> i) & 1 || slots.slots[i] instanceof RawText) texts |= 1 << i;
      else others |= 1 << i;
    }
    const { log, seq } = view.dot;
    const base = view.stamp === "base";
    if (this.#table.mapping.stamped)
      bindings.push(typeOf(this.#table, view), seq, base ? 0 : view.stamp, view.uid);
    this.#for(log, base, texts, others).run(...bindings);
  }

  /** What to bind for a column: the bytes of a text as they are. */
  #bound(slots: RowSlots, column: number): SqlValue {
    const slot = slots.slots[column] ?? null;
    if ((slots.texts >>> column) & 1) {
      // No bytes at all would be bound as NULL.
      return (slot as Uint8Array).length === 0 ? "" : (slot as Uint8Array);
    }
    if (slot === null && this.#table.filled[column]) return toSql(this.#table.defaults[column] ?? null);
    return toSql(slot);
  }

  /** A statement that casts these columns, and none of those others; what it does to the rest makes no difference. */
  #for(log: LogId, base: boolean, texts: number, others: number): Statement {
    const shape = this.#shape;
    const isSame = shape?.log === log && shape.base === base;
    if (isSame && (texts & ~shape.texts) === 0 && (others & shape.texts) === 0) return this.#statement!;
    const cast = isSame ? (shape.texts | texts) & ~others : texts;
    const values = this.#present.map((i) => ((cast >>> i) & 1 ? "CAST(? AS TEXT)" : "?"));
    const stamp = this.#table.mapping.stamped ? authorsStampPlaces(log, base) : [];
    this.#shape = { log, base, texts: cast };
    this.#statement = this.#statements.get(`${this.#into}(${["?", ...values, ...stamp].join(",")})`);
    return this.#statement;
  }
}
