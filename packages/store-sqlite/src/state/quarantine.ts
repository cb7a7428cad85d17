import { decodeLogId, type LogId } from "@jarvis-crdt/crdt";
import type { TransactionRange, Wait } from "@jarvis-crdt/store";
import type { Database } from "better-sqlite3";

/** A transaction that is stored and passed on, and not interpreted yet. */
export interface QuarantinedTransaction extends TransactionRange {
  readonly reason: Wait["reason"];
  /** A sentence for people. */
  readonly detail: string;
  /** Hidden on this node by its operator; it is interpreted all the same once its reason is gone. */
  readonly dropped: boolean;
}

/** A transaction by its place. */
export type TransactionPlace = Pick<TransactionRange, "log" | "first">;

interface Row {
  readonly log: LogId;
  readonly first: number;
  readonly last: number;
  readonly reason: Wait["reason"];
  readonly detail: string;
  readonly schema: Buffer | null;
  readonly dot_log: Buffer | null;
  readonly dot_seq: number | null;
  readonly dropped: number;
}

const table =
  "CREATE TABLE IF NOT EXISTS crdt_dropped(log INTEGER NOT NULL, first INTEGER NOT NULL, PRIMARY KEY(log, first)) WITHOUT ROWID";

/**
 * What waits in a state file, for the people who look after it. `crdt_dropped` names what they do not want to hear of any
 * more; most files do without the table. Methods that change something run inside the caller's transaction.
 */
export class Quarantine {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** What waits, in the order of logs and sequences, after a place if one is given. O(limit). */
  list(
    after: TransactionPlace | undefined,
    limit: number,
    dropped: boolean,
  ): readonly QuarantinedTransaction[] {
    const hasDropped = this.#hasDropped();
    if (dropped && !hasDropped) return [];
    const isDropped = hasDropped
      ? "EXISTS(SELECT 1 FROM crdt_dropped d WHERE d.log = w.log AND d.first = w.first)"
      : "0";
    return this.#database
      .prepare<[number, number, number, number], Row>(
        `SELECT l.name AS log, first, last, reason, detail, schema, dot_log, dot_seq, ${isDropped} AS dropped
         FROM crdt_waiting w JOIN crdt_logs l ON l.id = w.log
         WHERE (w.log, first) > (?, ?) AND ${isDropped} = ? ORDER BY w.log, first LIMIT ?`,
      )
      .all(this.#numberOf(after?.log), after?.first ?? 0, dropped ? 1 : 0, limit)
      .map((row) => ({
        log: row.log,
        first: row.first,
        last: row.last,
        reason: row.reason,
        detail: explain(row),
        dropped: row.dropped === 1,
      }));
  }

  /** How many that wait are hidden. */
  get dropped(): number {
    if (!this.#hasDropped()) return 0;
    return this.#database
      .prepare<[], number>("SELECT count(*) FROM crdt_dropped JOIN crdt_waiting USING (log, first)")
      .pluck()
      .get()!;
  }

  /** Hides transactions that wait, or shows them again. How many that changed. */
  drop(places: readonly TransactionPlace[], hide: boolean): number {
    this.#database.exec(table);
    const change = this.#database.prepare<[number, number]>(
      hide
        ? "INSERT OR IGNORE INTO crdt_dropped(log, first) SELECT log, first FROM crdt_waiting WHERE log = ? AND first = ?"
        : "DELETE FROM crdt_dropped WHERE log = ? AND first = ?",
    );
    let changed = 0;
    for (const { log, first } of places) changed += change.run(this.#numberOf(log), first).changes;
    // What was interpreted since needs no entry.
    this.#database.exec(
      "DELETE FROM crdt_dropped WHERE NOT EXISTS(SELECT 1 FROM crdt_waiting w WHERE w.log = crdt_dropped.log AND w.first = crdt_dropped.first)",
    );
    return changed;
  }

  /** Names come from people: one that is not known stands behind all others, and has no entry. */
  #numberOf(log: LogId | undefined): number {
    if (log === undefined) return 0;
    const number = this.#database
      .prepare<[string], number>("SELECT id FROM crdt_logs WHERE name = ?")
      .pluck()
      .get(log);
    return number ?? Number.MAX_SAFE_INTEGER;
  }

  #hasDropped(): boolean {
    return (
      this.#database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'crdt_dropped'").get() !== undefined
    );
  }
}

function explain({ reason, detail, schema, dot_log, dot_seq }: Row): string {
  switch (reason) {
    case "missing-operation":
      return `it changes what operation ${dot_seq} of ${decodeLogId(dot_log!)} made, which has not come yet`;
    case "unknown-schema":
      return `the description of its tables, ${schema!.toString("hex")}, has not come yet`;
    case "other-schema":
      return detail;
    case "unreadable":
      return `this version cannot read it: ${detail}`;
  }
}
