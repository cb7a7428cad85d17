import type { LogId } from "@jarvis-crdt/crdt";
import { type Doubt, noDoubt } from "@jarvis-crdt/store";
import type { Database } from "better-sqlite3";
import { LateTable } from "./late-table.ts";
import type { SqlLogs } from "./logs.ts";
import type { SqlMeta } from "./meta.ts";

const columns = "log INTEGER NOT NULL, first INTEGER NOT NULL, PRIMARY KEY(log, first)";

/** Batches that were taken hollow, and what they leave in doubt. */
export class SqlTold {
  readonly #table: LateTable;
  readonly #logs: SqlLogs;
  readonly #meta: SqlMeta;
  #doubt: Doubt | undefined;

  constructor(database: Database, logs: SqlLogs, meta: SqlMeta) {
    this.#table = new LateTable(database, "crdt_told", columns);
    this.#logs = logs;
    this.#meta = meta;
  }

  put(log: LogId, first: number): void {
    this.#table.make();
    this.#table
      .statement<[number, number]>("INSERT OR IGNORE INTO crdt_told(log, first) VALUES (?, ?)")
      .run(this.#logs.num(log), first);
  }

  has(log: LogId, first: number): boolean {
    if (this.doubt.until === 0 || !this.#table.isThere) return false;
    const find = this.#table.statement<[number, number]>(
      "SELECT 1 FROM crdt_told WHERE log = ? AND first = ?",
    );
    return find.get(this.#logs.num(log), first) !== undefined;
  }

  /** Where the last batch of a log begins that was taken hollow. */
  last(log: LogId): number | undefined {
    if (this.doubt.until === 0 || !this.#table.isThere) return undefined;
    const last = this.#table
      .statement<[number], number | null>("SELECT max(first) FROM crdt_told WHERE log = +?")
      .pluck();
    return last.get(this.#logs.num(log)) ?? undefined;
  }

  get doubt(): Doubt {
    const said = this.#doubt === undefined ? this.#meta.text("doubt") : undefined;
    this.#doubt ??= said === undefined ? noDoubt : (JSON.parse(said) as Doubt);
    return this.#doubt;
  }

  set doubt(doubt: Doubt) {
    this.#meta.set("doubt", JSON.stringify(doubt));
    this.#doubt = doubt;
  }

  /** Takes everything from the file, after a transaction was rolled back. */
  reload(): void {
    this.#doubt = undefined;
    this.#table.reload();
  }
}
