import type { Uid } from "@jarvis-crdt/crdt";
import { type ArchiveDatabase, openArchiveDatabase } from "./database.ts";
import type { LocalKey } from "./local-key.ts";
import { fromInteger } from "./sql-value.ts";

/** Finds where rows are shown, over a connection of its own that only reads. */
export class KeyFinder {
  readonly #db: ArchiveDatabase;
  readonly #find;

  constructor(path: string) {
    this.#db = openArchiveDatabase(path, { readonly: true, busyMs: 5000 });
    this.#find = this.#db
      .prepare("SELECT key FROM crdt_rows WHERE uid=? AND tbl=(SELECT id FROM crdt_tables WHERE name=?)")
      .pluck()
      .safeIntegers();
  }

  keyOf(table: string, uid: Uid): LocalKey | undefined {
    const key = this.#find.get(uid, table) as bigint | undefined;
    return key === undefined ? undefined : fromInteger(key);
  }

  close(): void {
    this.#db.close();
  }
}
