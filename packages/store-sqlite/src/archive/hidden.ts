import type { Uid } from "@jarvis-crdt/crdt";
import { uidText } from "../uid.ts";
import type { ArchiveDatabase } from "./database.ts";

/** A row that this file does not show because another one holds a value that may be there only once. */
export interface HiddenRow {
  readonly table: number;
  readonly uid: Uid;
  /** The row that is shown instead. */
  readonly by: Uid;
}

/** What changed since it was last asked for. */
export interface HiddenChange {
  readonly hidden: readonly HiddenRow[];
  readonly shown: readonly { readonly table: number; readonly uid: Uid }[];
}

const atOnce = 1_000;

const table =
  "CREATE TABLE IF NOT EXISTS crdt_hidden(uid BLOB PRIMARY KEY,tbl INTEGER,by BLOB,due INTEGER)WITHOUT ROWID;" +
  "CREATE INDEX IF NOT EXISTS crdt_hidden_by ON crdt_hidden(by)";

/**
 * `crdt_hidden`: rows that lost a UNIQUE value to another row. A row is tried again when that one has changed or gone,
 * not before. Most files never hide a row and do without the table.
 */
export class HiddenRows {
  readonly #db: ArchiveDatabase;
  readonly #changes = new Map<string, { readonly table: number; readonly uid: Uid; readonly by?: Uid }>();
  #count = 0;
  #due = 0;

  constructor(db: ArchiveDatabase) {
    this.#db = db;
    this.reload();
  }

  get count(): number {
    return this.#count;
  }

  has(uid: Uid): boolean {
    if (this.#count === 0) return false;
    return this.#db.prepare("SELECT 1 FROM crdt_hidden WHERE uid=?").get(uid) !== undefined;
  }

  get isDue(): boolean {
    return this.#due > 0;
  }

  /** Takes rows whose reason may be gone. */
  take(): readonly HiddenRow[] {
    if (this.#due === 0) return [];
    const rows = this.#db
      .prepare('SELECT tbl AS "table",uid,by FROM crdt_hidden WHERE due=1 LIMIT ?')
      .all(atOnce) as HiddenRow[];
    const done = this.#db.prepare("UPDATE crdt_hidden SET due=0 WHERE uid=?");
    for (const { uid } of rows) done.run(uid);
    this.#due -= rows.length;
    return rows;
  }

  /** The row was taken and not tried. */
  retry(uid: Uid): void {
    if (this.#count === 0) return;
    this.#due += this.#db.prepare("UPDATE crdt_hidden SET due=1 WHERE uid=? AND due=0").run(uid).changes;
  }

  list(): readonly HiddenRow[] {
    if (this.#count === 0) return [];
    return this.#db.prepare('SELECT tbl AS "table",uid,by FROM crdt_hidden').all() as HiddenRow[];
  }

  add(tbl: number, uid: Uid, by: Uid): void {
    this.#db.exec(table);
    this.remove(tbl, uid);
    this.#db.prepare("INSERT INTO crdt_hidden(uid,tbl,by,due)VALUES(?,?,?,0)").run(uid, tbl, by);
    this.#count++;
    this.#changes.set(uidText(uid), { table: tbl, uid, by });
  }

  /** The row is shown, or shall not be any more. */
  remove(tbl: number, uid: Uid): void {
    if (this.#count === 0) return;
    const due = this.#db.prepare("SELECT due FROM crdt_hidden WHERE uid=?").pluck().get(uid) as
      | number
      | undefined;
    if (due === undefined) return;
    this.#db.prepare("DELETE FROM crdt_hidden WHERE uid=?").run(uid);
    this.#count--;
    this.#due -= due;
    this.#changes.set(uidText(uid), { table: tbl, uid });
  }

  /** This row changed or went away: what it hid may be shown. */
  release(by: Uid): void {
    if (this.#count === 0) return;
    this.#due += this.#db.prepare("UPDATE crdt_hidden SET due=1 WHERE by=? AND due=0").run(by).changes;
  }

  /** Whatever hid them may have changed or gone: a process that captured that ended before it could follow. */
  releaseAll(): void {
    if (this.#count === 0) return;
    this.#due += this.#db.prepare("UPDATE crdt_hidden SET due=1 WHERE due=0").run().changes;
  }

  /** What has changed since the last call; to be asked for when the transaction is committed. */
  changes(): HiddenChange | undefined {
    if (this.#changes.size === 0) return undefined;
    const hidden: HiddenRow[] = [];
    const shown: { table: number; uid: Uid }[] = [];
    for (const { table, uid, by } of this.#changes.values()) {
      if (by === undefined) shown.push({ table, uid });
      else hidden.push({ table, uid, by });
    }
    this.#changes.clear();
    return { hidden, shown };
  }

  /** Takes notice of what the file says, after a transaction was rolled back. */
  reload(): void {
    this.#changes.clear();
    this.#count = 0;
    this.#due = 0;
    if (this.#db.prepare("SELECT 1 FROM sqlite_schema WHERE name='crdt_hidden'").get() === undefined) return;
    const [count, due] = this.#db.prepare("SELECT count(*),total(due) FROM crdt_hidden").raw().get() as [
      number,
      number,
    ];
    this.#count = count;
    this.#due = due;
  }
}
