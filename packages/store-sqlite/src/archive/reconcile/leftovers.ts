import type { Uid } from "@jarvis-crdt/crdt";
import { entryKind } from "../capture-sql.ts";
import type { ArchiveDatabase } from "../database.ts";
import { bindKey, type LocalKey, readKey } from "../local-key.ts";
import type { Entry } from "../outbox.ts";

/** A row of the archive that no log of this node knows. */
export interface Leftover {
  readonly table: number;
  readonly key: LocalKey;
  /** What it is, or will be adopted as. */
  readonly uid: Uid;
}

export interface WaitingRow extends Leftover {
  /** The state has it by now. */
  readonly hasArrived: boolean;
}

const table =
  "CREATE TABLE IF NOT EXISTS crdt_leftovers(tbl INTEGER,key INTEGER,content BLOB,uid BLOB UNIQUE,arrived INTEGER DEFAULT 0,PRIMARY KEY(tbl,key))WITHOUT ROWID";
const index = "CREATE INDEX IF NOT EXISTS crdt_leftovers_content ON crdt_leftovers(content)";

type Row = [tbl: bigint, key: bigint | string, uid: Uint8Array, arrived: bigint];

/**
 * `crdt_leftovers`: rows that RECONCILE found in the archive and in no log. They wait until a peer has told all it knows,
 * because one of them may be a row that is still to come: then it is that one, and not doubled. Lies in the archive, so
 * that it is as old as what it tells about; there only while any row waits.
 */
export class Leftovers {
  readonly #db: ArchiveDatabase;
  #count = 0;
  #arrived = 0;

  constructor(db: ArchiveDatabase) {
    this.#db = db;
    this.reload();
  }

  get count(): number {
    return this.#count;
  }

  /** How many of them turned out to be rows that the state has by now. */
  get arrived(): number {
    return this.#arrived;
  }

  add({ table: tbl, key, uid }: Leftover, content: Uid): void {
    if (this.#count === 0) this.#db.exec(`${table};${index}`);
    this.#db
      .prepare("INSERT INTO crdt_leftovers(tbl,key,content,uid)VALUES(?,?,?,?)")
      .run(tbl, bindKey(key), content, uid);
    this.#count++;
  }

  /** What the row under this key waits to be. */
  uidAt(tbl: number, key: LocalKey): Uid | undefined {
    if (this.#count === 0) return undefined;
    return this.#db
      .prepare("SELECT uid FROM crdt_leftovers WHERE tbl=? AND key=?")
      .pluck()
      .get(tbl, bindKey(key)) as Uid | undefined;
  }

  /** The row under this key waits no longer, or for something else. */
  forget(tbl: number, key: LocalKey): void {
    if (this.#count === 0) return;
    const arrived = this.#db
      .prepare("SELECT arrived FROM crdt_leftovers WHERE tbl=? AND key=?")
      .pluck()
      .get(tbl, bindKey(key));
    if (arrived === undefined) return;
    this.#delete(tbl, key, arrived === 1);
  }

  /** The application changed keys while rows waited under them: they wait under the new ones. */
  follow(entries: readonly Entry[]): void {
    if (this.#count === 0) return;
    for (const { kind, table: tbl, key, was } of entries) {
      if (kind !== entryKind.update || typeof key === "string" || was === null || was === key) continue;
      if (this.uidAt(tbl, was) === undefined) continue;
      this.forget(tbl, key);
      this.#db
        .prepare("UPDATE crdt_leftovers SET key=? WHERE tbl=? AND key=?")
        .run(bindKey(key), tbl, bindKey(was));
    }
  }

  /** Whether a row waits to be this one. */
  isTaken(uid: Uid): boolean {
    return (
      this.#count > 0 && this.#db.prepare("SELECT 1 FROM crdt_leftovers WHERE uid=?").get(uid) !== undefined
    );
  }

  /** The waiting row that is this one, or has its content. */
  find(tbl: number, uid: Uid, content: () => Uid): WaitingRow | undefined {
    const select = "SELECT tbl,key,uid,arrived FROM crdt_leftovers WHERE tbl=?";
    const row = (this.#db.prepare(`${select} AND uid=?`).raw().safeIntegers().get(tbl, uid) ??
      this.#db
        .prepare(`${select} AND content=? AND arrived=0 LIMIT 1`)
        .raw()
        .safeIntegers()
        .get(tbl, content())) as Row | undefined;
    return row && toWaiting(row);
  }

  /** The state has this row now, under this uid. */
  arrive({ table: tbl, key }: Leftover, uid: Uid): void {
    const { changes } = this.#db
      .prepare("UPDATE crdt_leftovers SET arrived=1,uid=? WHERE tbl=? AND key=? AND arrived=0")
      .run(uid, tbl, bindKey(key));
    this.#arrived += changes;
  }

  /** Rows that wait no longer. */
  remove(rows: readonly WaitingRow[]): void {
    for (const { table: tbl, key, hasArrived } of rows) this.#delete(tbl, key, hasArrived);
    if (this.#count === 0) this.#db.exec("DROP TABLE IF EXISTS crdt_leftovers");
  }

  /** The next ones, those first that have arrived. */
  next(limit: number, onlyArrived: boolean): readonly WaitingRow[] {
    const rows = this.#db
      .prepare(
        `SELECT tbl,key,uid,arrived FROM crdt_leftovers ${onlyArrived ? "WHERE arrived=1" : ""} ORDER BY arrived DESC,tbl,key LIMIT ?`,
      )
      .raw()
      .safeIntegers()
      .all(limit) as Row[];
    return rows.map(toWaiting);
  }

  /** Takes notice of what the file says, after a transaction ended. */
  reload(): void {
    const exists = this.#db.prepare("SELECT 1 FROM sqlite_schema WHERE name='crdt_leftovers'").get();
    const [count, arrived] = exists
      ? (this.#db.prepare("SELECT count(*),total(arrived) FROM crdt_leftovers").raw().get() as number[])
      : [0, 0];
    this.#count = count!;
    this.#arrived = arrived!;
  }

  #delete(tbl: number, key: LocalKey, hasArrived: boolean): void {
    const { changes } = this.#db
      .prepare("DELETE FROM crdt_leftovers WHERE tbl=? AND key=?")
      .run(tbl, bindKey(key));
    this.#count -= changes;
    if (hasArrived) this.#arrived -= changes;
  }
}

function toWaiting([tbl, key, uid, arrived]: Row): WaitingRow {
  return { table: Number(tbl), key: readKey(key), uid, hasArrived: arrived === 1n };
}
