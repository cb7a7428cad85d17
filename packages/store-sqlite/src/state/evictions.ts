import type { Uid } from "@jarvis-crdt/crdt";
import type { ObjectRef } from "@jarvis-crdt/store";
import type { Database, Statement } from "better-sqlite3";

/** Rows that are hidden on this node. Mostly there are none, and then nobody asks the file. */
export class SqlEvictions {
  readonly #database: Database;
  readonly #has: Statement<[number, Uint8Array]>;
  readonly #add: Statement<[number, Uint8Array]>;
  readonly #remove: Statement<[number, Uint8Array]>;
  #count = 0;

  constructor(database: Database) {
    this.#database = database;
    this.#has = database.prepare("SELECT 1 FROM crdt_evicted WHERE object = ? AND key = ?");
    this.#add = database.prepare("INSERT OR IGNORE INTO crdt_evicted(object, key) VALUES (?, ?)");
    this.#remove = database.prepare("DELETE FROM crdt_evicted WHERE object = ? AND key = ?");
    this.reload();
  }

  /** After a transaction was rolled back. */
  reload(): void {
    this.#count = this.#database.prepare<[], number>("SELECT count(*) FROM crdt_evicted").pluck().get()!;
  }

  get count(): number {
    return this.#count;
  }

  has(table: ObjectRef, uid: Uid): boolean {
    return this.#count > 0 && this.#has.get(table.id, uid) !== undefined;
  }

  add(table: ObjectRef, uid: Uid): void {
    this.#count += this.#add.run(table.id, uid).changes;
  }

  /** Whether it was hidden. */
  remove(table: ObjectRef, uid: Uid): boolean {
    if (this.#count === 0) return false;
    const { changes } = this.#remove.run(table.id, uid);
    this.#count -= changes;
    return changes > 0;
  }

  /** The first hidden rows of a table. */
  first(table: ObjectRef, limit: number): readonly Uid[] {
    if (this.#count === 0) return [];
    return this.#database
      .prepare<[number, number], Buffer>("SELECT key FROM crdt_evicted WHERE object = ? LIMIT ?")
      .pluck()
      .all(table.id, limit);
  }
}
