import type { Uid } from "@jarvis-crdt/crdt";
import type { ArchiveDatabase } from "./database.ts";

/** A row that this file does not accept: it stays in the state and is retried alone. */
export interface RefusedRow {
  readonly table: number;
  readonly uid: Uid;
  /** SQLite's message, at most 200 characters. */
  readonly reason: string;
  readonly tries: number;
  /** Unix milliseconds of the next try. */
  readonly retryAt: number;
}

const firstPauseMs = 1_000;
const longestPauseMs = 3_600_000;
const triesAtOnce = 50;

const table =
  "CREATE TABLE IF NOT EXISTS crdt_refused(uid BLOB PRIMARY KEY,tbl INTEGER,reason TEXT,tries INTEGER,retry_at INTEGER)WITHOUT ROWID";

/**
 * `crdt_refused`, which lies in the archive so that it is as old as what it tells about. Most files never refuse a row
 * and do without the table.
 */
export class RefusedRows {
  readonly #db: ArchiveDatabase;
  #count = 0;
  #nextAt = Infinity;

  constructor(db: ArchiveDatabase) {
    this.#db = db;
    this.reload();
  }

  get count(): number {
    return this.#count;
  }

  has(uid: Uid): boolean {
    if (this.#count === 0) return false;
    return this.#db.prepare("SELECT 1 FROM crdt_refused WHERE uid=?").get(uid) !== undefined;
  }

  isDue(now: number): boolean {
    return now >= this.#nextAt;
  }

  due(now: number): RefusedRow[] {
    return this.isDue(now)
      ? this.#select("WHERE retry_at<=? ORDER BY retry_at LIMIT ?", now, triesAtOnce)
      : [];
  }

  list(limit: number): RefusedRow[] {
    return !this.#exists() ? [] : this.#select("ORDER BY retry_at LIMIT ?", limit);
  }

  add(tbl: number, uid: Uid, reason: string, now: number): void {
    this.#db.exec(table);
    const tries =
      (this.#db.prepare("SELECT tries FROM crdt_refused WHERE uid=?").pluck().get(uid) as number) ?? 0;
    const retryAt = now + Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(tries, 20));
    this.#db
      .prepare("REPLACE INTO crdt_refused(uid,tbl,reason,tries,retry_at)VALUES(?,?,?,?,?)")
      .run(uid, tbl, reason.slice(0, 200), tries + 1, retryAt);
    if (tries === 0) this.#count++;
    this.#nextAt = Math.min(this.#nextAt, retryAt);
  }

  /** The row is shown, or shall not be any more. */
  remove(uid: Uid): void {
    if (this.#count > 0)
      this.#count -= this.#db.prepare("DELETE FROM crdt_refused WHERE uid=?").run(uid).changes;
  }

  /** Takes notice of what the file says, after a transaction ended. */
  reload(): void {
    this.#count = 0;
    this.#nextAt = Infinity;
    if (!this.#exists()) return;
    const [count, nextAt] = this.#db
      .prepare("SELECT count(*),min(retry_at) FROM crdt_refused")
      .raw()
      .get() as [number, number | null];
    this.#count = count;
    this.#nextAt = nextAt ?? Infinity;
  }

  #exists(): boolean {
    return this.#db.prepare("SELECT 1 FROM sqlite_schema WHERE name='crdt_refused'").get() !== undefined;
  }

  #select(rest: string, ...bindings: number[]): RefusedRow[] {
    return this.#db
      .prepare(`SELECT tbl AS "table",uid,reason,tries,retry_at AS retryAt FROM crdt_refused ${rest}`)
      .all(...bindings) as RefusedRow[];
  }
}
