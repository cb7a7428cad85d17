import type { Hlc, LogId } from "@jarvis-crdt/crdt";
import type { Database } from "better-sqlite3";
import type { SqlLogs } from "./logs.ts";

const table =
  "CREATE TABLE IF NOT EXISTS crdt_spent(log INTEGER NOT NULL, first INTEGER NOT NULL, since INTEGER NOT NULL, PRIMARY KEY(log, first)) WITHOUT ROWID";

/** Since when transactions were found to be spent that are not old enough yet to go. Only collecting asks for it. */
export class SqlSpentSince {
  readonly #database: Database;
  readonly #logs: SqlLogs;

  constructor(database: Database, logs: SqlLogs) {
    this.#database = database;
    this.#logs = logs;
  }

  get(log: LogId, first: number): Hlc | undefined {
    if (!this.#isThere) return undefined;
    return this.#database
      .prepare<[number, number], Hlc>("SELECT since FROM crdt_spent WHERE log = ? AND first = ?")
      .pluck()
      .get(this.#logs.num(log), first);
  }

  set(log: LogId, first: number, since: Hlc | undefined): void {
    if (since === undefined && !this.#isThere) return;
    const num = this.#logs.num(log);
    if (since === undefined)
      this.#database.prepare("DELETE FROM crdt_spent WHERE log = ? AND first = ?").run(num, first);
    else {
      this.#database.exec(table);
      this.#database.prepare("INSERT OR REPLACE INTO crdt_spent VALUES (?, ?, ?)").run(num, first, since);
    }
  }

  get #isThere(): boolean {
    return (
      this.#database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'crdt_spent'").get() !== undefined
    );
  }
}
