import type { Uid } from "@jarvis-crdt/crdt";
import { type ArchiveDatabase, isBusy, openArchiveDatabase } from "./database.ts";
import type { LocalKey } from "./local-key.ts";
import { fromInteger } from "./sql-value.ts";

/** The whole node stands still meanwhile; writers of a rollback journal keep readers out for a few of them. */
const busyMs = 50;
/** While a node starts nobody waits for it, and another program may just be writing. */
const openingBusyMs = 5_000;

/** Finds where rows are shown, over a connection of its own that only reads. */
export class KeyFinder {
  readonly #db: ArchiveDatabase;
  readonly #find;

  constructor(path: string) {
    this.#db = openArchiveDatabase(path, { readonly: true, busyMs: openingBusyMs });
    this.#find = this.#db
      .prepare("SELECT key FROM crdt_rows WHERE uid=? AND tbl=(SELECT id FROM crdt_tables WHERE name=?)")
      .pluck()
      .safeIntegers();
    this.#db.pragma(`busy_timeout = ${busyMs}`);
  }

  /** Undefined also where another program keeps readers out of the file. */
  keyOf(table: string, uid: Uid): LocalKey | undefined {
    try {
      const key = this.#find.get(uid, table) as bigint | undefined;
      return key === undefined ? undefined : fromInteger(key);
    } catch (error) {
      if (isBusy(error)) return undefined;
      throw error;
    }
  }

  close(): void {
    this.#db.close();
  }
}
