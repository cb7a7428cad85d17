import type { Hlc, LogId } from "@jarvis-crdt/crdt";
import type { Database } from "better-sqlite3";
import { LateTable } from "./late-table.ts";
import type { SqlLogs } from "./logs.ts";

const columns =
  "log INTEGER NOT NULL, first INTEGER NOT NULL, since INTEGER NOT NULL, PRIMARY KEY(log, first)";

/** Since when transactions were found to be spent that are not old enough yet to go. Only collecting asks for it. */
export class SqlSpentSince {
  readonly #table: LateTable;
  readonly #logs: SqlLogs;

  constructor(database: Database, logs: SqlLogs) {
    this.#table = new LateTable(database, "crdt_spent", columns);
    this.#logs = logs;
  }

  get(log: LogId, first: number): Hlc | undefined {
    if (!this.#table.isThere) return undefined;
    return this.#table
      .statement<[number, number], Hlc>("SELECT since FROM crdt_spent WHERE log = ? AND first = ?")
      .pluck()
      .get(this.#logs.num(log), first);
  }

  set(log: LogId, first: number, since: Hlc | undefined): void {
    const num = this.#logs.num(log);
    if (since !== undefined) {
      this.#table.make();
      this.#table.statement("INSERT OR REPLACE INTO crdt_spent VALUES (?, ?, ?)").run(num, first, since);
    } else if (this.#table.isThere)
      this.#table.statement("DELETE FROM crdt_spent WHERE log = ? AND first = ?").run(num, first);
  }

  /** Looks at the file again, after a transaction was rolled back. */
  reload(): void {
    this.#table.reload();
  }
}
