import { entryKind } from "./capture-sql.ts";
import type { ArchiveDatabase } from "./database.ts";
import type { LocalKey } from "./local-key.ts";
import { type Entry, entriesAfter, movesAfter } from "./outbox.ts";
import { prepared } from "./statements.ts";

/**
 * What the rest of an outbox says of the rows of its first part. Values are read as they are after all of it: a row that is
 * deleted, moved or replaced later would be taken for another one, so a part that is cut off tells the whole story of its rows.
 */
export class EntriesAhead {
  readonly #db: ArchiveDatabase;
  /** Up to here the outbox is known to hold adopted rows alone, of which nothing is said twice. */
  #adopted = 0;

  constructor(db: ArchiveDatabase) {
    this.#db = db;
  }

  /** Inside the caller's transaction; in order. O(entries that do not adopt). */
  of(part: readonly Entry[]): readonly Entry[] {
    const after = this.#afterAdopted(part.at(-1)!.id);
    const keys = new Keys(part);
    for (let grown = true; grown; ) {
      grown = false;
      for (const { table, key, was } of movesAfter(this.#db, after))
        if (keys.has(table, key) !== keys.has(table, was)) {
          keys.add(table, key);
          keys.add(table, was);
          grown = true;
        }
    }
    const ahead: Entry[] = [];
    for (const entry of entriesAfter(this.#db, after))
      if (keys.has(entry.table, entry.key) || (entry.was !== null && keys.has(entry.table, entry.was)))
        ahead.push(entry);
    return ahead;
  }

  /** The last entry before anything else than adopted rows can follow this one. */
  #afterAdopted(id: number): number {
    const last = prepared(this.#db, "SELECT max(id) FROM crdt_outbox").pluck().get() as number;
    // Of a file that was put back the ids are lower.
    const from = this.#adopted > last ? id : Math.max(id, this.#adopted);
    const first = `SELECT min(id) FROM crdt_outbox WHERE id>? AND kind<>${entryKind.adopt}`;
    const other = prepared(this.#db, first).pluck().get(from) as number | null;
    this.#adopted = other === null ? last : other - 1;
    return this.#adopted;
  }
}

/** Local keys of several tables. */
class Keys {
  readonly #tables = new Map<number, Set<LocalKey>>();

  constructor(entries: readonly Entry[]) {
    for (const { table, key, was } of entries) {
      this.add(table, key);
      if (was !== null) this.add(table, was);
    }
  }

  has(table: number, key: LocalKey): boolean {
    return this.#tables.get(table)?.has(key) === true;
  }

  add(table: number, key: LocalKey): void {
    const keys = this.#tables.get(table) ?? new Set();
    this.#tables.set(table, keys.add(key));
  }
}
