import type { LogId } from "@jarvis-crdt/crdt";
import { type Doubt, noDoubt } from "@jarvis-crdt/store";
import type { Database, Statement } from "better-sqlite3";
import type { SqlLogs } from "./logs.ts";
import type { SqlMeta } from "./meta.ts";

const table =
  "CREATE TABLE IF NOT EXISTS crdt_told(log INTEGER NOT NULL, first INTEGER NOT NULL, PRIMARY KEY(log, first)) WITHOUT ROWID";

/** Batches that were taken hollow, and what they leave in doubt. Most files do without the table. */
export class SqlTold {
  readonly #database: Database;
  readonly #logs: SqlLogs;
  readonly #meta: SqlMeta;
  #find: Statement<[number, number], number> | undefined;
  #doubt: Doubt | undefined;

  constructor(database: Database, logs: SqlLogs, meta: SqlMeta) {
    this.#database = database;
    this.#logs = logs;
    this.#meta = meta;
  }

  put(log: LogId, first: number): void {
    this.#database.exec(table);
    this.#database
      .prepare<[number, number]>("INSERT OR IGNORE INTO crdt_told(log, first) VALUES (?, ?)")
      .run(this.#logs.num(log), first);
  }

  has(log: LogId, first: number): boolean {
    if (this.doubt.until === 0) return false;
    this.#find ??= this.#open();
    return this.#find?.get(this.#logs.num(log), first) !== undefined;
  }

  /** Where the last batch of a log begins that was taken hollow. */
  last(log: LogId): number | undefined {
    if (this.doubt.until === 0 || this.#open() === undefined) return undefined;
    const last = this.#database
      .prepare<[number], number | null>("SELECT max(first) FROM crdt_told WHERE log = ?")
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
    this.#find = undefined;
  }

  #open(): Statement<[number, number], number> | undefined {
    const exists = this.#database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'crdt_told'").get();
    if (exists === undefined) return undefined;
    return this.#database
      .prepare<[number, number], number>("SELECT 1 FROM crdt_told WHERE log = ? AND first = ?")
      .pluck();
  }
}
