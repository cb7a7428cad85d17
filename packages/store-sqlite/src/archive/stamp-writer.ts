import type { LogId } from "@jarvis-crdt/crdt";
import type { RowView } from "../state/state.ts";
import type { ArchiveDatabase } from "./database.ts";
import { quote } from "./name.ts";
import { authorsStampPlaces, typeOf } from "./stamp.ts";
import { type Statement, Statements } from "./statements.ts";
import { stampColumns, type Table } from "./table.ts";

/** Writes the six columns of the plan where a row is as it shall be otherwise. */
export class StampWriter {
  readonly #table: Table;
  readonly #statements: Statements;
  /** What the rows of the last statement have in common. */
  #log: LogId | undefined;
  #base = false;
  #statement: Statement | undefined;

  constructor(db: ArchiveDatabase, table: Table) {
    this.#table = table;
    this.#statements = new Statements(db);
  }

  /** Whether there is such a row. */
  write(key: number, view: RowView): boolean {
    const { log, seq } = view.dot;
    const base = view.stamp === "base";
    const time = base ? 0 : view.stamp;
    const { changes } = this.#for(log, base).run(typeOf(this.#table, view), seq, time, view.uid, key);
    return changes > 0;
  }

  #for(log: LogId, base: boolean): Statement {
    if (this.#log === log && this.#base === base) return this.#statement!;
    const places = authorsStampPlaces(log, base);
    const set = stampColumns.map((name, i) => `${name}=${places[i]}`).join(",");
    const { key, name } = this.#table.mapping;
    this.#statement = this.#statements.get(`UPDATE ${quote(name)} SET ${set} WHERE ${quote(key)}=?`);
    this.#log = log;
    this.#base = base;
    return this.#statement;
  }
}
