import type { Uid } from "@jarvis-crdt/crdt";
import Sqlite from "better-sqlite3";
import type { Fate, SurveyedRow } from "../../state/survey.ts";
import type { LocalKey } from "../local-key.ts";
import { fromInteger } from "../sql-value.ts";

const fates: readonly Fate[] = ["live", "evicted", "dead"];

export interface Known {
  readonly fate: Fate;
  /** It has its row in the archive. */
  readonly isSeen: boolean;
}

/**
 * What RECONCILE knows about the rows of both sides while it runs, in a file of its own that nobody sees and that ends
 * with the process: there may be more rows than memory. What a failed step noted is taken back with `rollback`.
 */
export class KnownRows implements Disposable {
  readonly #db = new Sqlite("");
  readonly #add;
  readonly #addContent;
  readonly #get;
  readonly #has;
  readonly #unseen;
  readonly #see;
  readonly #missing;
  readonly #addLoose;
  readonly #loose;

  constructor() {
    const db = this.#db;
    db.pragma("journal_mode = MEMORY");
    db.pragma("synchronous = OFF");
    db.exec(`
      CREATE TABLE rows(tbl INTEGER, uid BLOB, fate INTEGER, seen INTEGER, PRIMARY KEY(tbl, uid)) WITHOUT ROWID;
      CREATE TABLE contents(tbl INTEGER, content BLOB, rank INTEGER, uid BLOB,
        PRIMARY KEY(tbl, content, rank, uid)) WITHOUT ROWID;
      CREATE TABLE loose(tbl INTEGER, key INTEGER, PRIMARY KEY(tbl, key)) WITHOUT ROWID;`);
    this.#add = db.prepare("INSERT OR REPLACE INTO rows(tbl, uid, fate, seen) VALUES (?, ?, ?, 0)");
    this.#addContent = db.prepare(
      "INSERT OR IGNORE INTO contents(tbl, content, rank, uid) VALUES (?, ?, ?, ?)",
    );
    this.#get = db.prepare<[number, Uint8Array], { fate: number; seen: number }>(
      "SELECT fate, seen FROM rows WHERE tbl = ? AND uid = ?",
    );
    this.#has = db.prepare<[number, Uint8Array, Uint8Array]>(
      "SELECT 1 FROM contents WHERE tbl = ? AND content = ? AND uid = ?",
    );
    this.#unseen = db
      .prepare<[number, Uint8Array], Buffer>(
        `SELECT uid FROM contents JOIN rows USING(tbl, uid) WHERE tbl = ? AND content = ? AND seen = 0 AND fate < 2
         ORDER BY fate, rank, uid LIMIT 1`,
      )
      .pluck();
    this.#see = db.prepare(
      "INSERT INTO rows(tbl, uid, fate, seen) VALUES (?, ?, 0, 1) ON CONFLICT DO UPDATE SET seen = 1",
    );
    this.#missing = db
      .prepare<[number, Uint8Array, number], Buffer>(
        "SELECT uid FROM rows WHERE tbl = ? AND uid > ? AND seen = 0 AND fate = 0 ORDER BY uid LIMIT ?",
      )
      .pluck();
    this.#addLoose = db.prepare("INSERT OR IGNORE INTO loose(tbl, key) VALUES (?, ?)");
    this.#loose = db
      .prepare<[number, bigint, number], bigint>(
        "SELECT key FROM loose WHERE tbl = ? AND key > ? ORDER BY key LIMIT ?",
      )
      .pluck()
      .safeIntegers();
  }

  begin(): void {
    this.#db.exec("BEGIN");
  }

  commit(): void {
    this.#db.exec("COMMIT");
  }

  rollback(): void {
    if (this.#db.inTransaction) this.#db.exec("ROLLBACK");
  }

  /** Rows of the state, of the table with this number. */
  add(table: number, { uid, fate, contents }: SurveyedRow): void {
    this.#add.run(table, uid, fates.indexOf(fate));
    for (const [rank, content] of contents.entries()) this.#addContent.run(table, content, rank, uid);
  }

  get(table: number, uid: Uid): Known | undefined {
    const row = this.#get.get(table, uid);
    return row && { fate: fates[row.fate]!, isSeen: row.seen === 1 };
  }

  /** Whether the row has, or began with, this content. */
  hasContent(table: number, uid: Uid, content: Uid): boolean {
    return this.#has.get(table, content, uid) !== undefined;
  }

  /** A row with this content that the archive was not seen to have; one that is shown rather than an evicted one. */
  unseenWith(table: number, content: Uid): Uid | undefined {
    return this.#unseen.get(table, content);
  }

  /** The archive has this row. */
  see(table: number, uid: Uid): void {
    this.#see.run(table, uid);
  }

  /** Live rows that the archive was not seen to have, by uid. */
  missing(table: number, after: Uid, limit: number): readonly Uid[] {
    return this.#missing.all(table, after, limit);
  }

  /** A row of the archive of which it is not known yet which one it is. */
  addLoose(table: number, key: LocalKey): void {
    this.#addLoose.run(table, BigInt(key));
  }

  loose(table: number, after: bigint, limit: number): readonly LocalKey[] {
    return this.#loose.all(table, after, limit).map(fromInteger);
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }
}
