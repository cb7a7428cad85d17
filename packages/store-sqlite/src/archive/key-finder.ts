import type { Uid } from "@jarvis-crdt/crdt";
import { type ArchiveDatabase, isBusy, openArchiveDatabase, sqliteCode } from "./database.ts";
import { ArchiveError } from "./error.ts";
import { fileIdentity } from "./file-identity.ts";
import { type LocalKey, readKey } from "./local-key.ts";
import { prepared } from "./statements.ts";

/** The whole node stands still meanwhile; writers of a rollback journal keep readers out for a few of them. */
const busyMs = 50;
/** While a node starts nobody waits for it, and another program may just be writing. */
const openingBusyMs = 5_000;

const find = "SELECT key FROM crdt_rows WHERE uid=? AND tbl=(SELECT id FROM crdt_tables WHERE name=?)";

/** Finds where rows are shown, over a connection of its own that only reads. Follows when the file is replaced. */
export class KeyFinder {
  readonly #path: string;
  #db: ArchiveDatabase | undefined;
  #file: string;
  #isClosed = false;

  constructor(path: string) {
    this.#path = path;
    this.#db = openArchiveDatabase(path, { readonly: true, busyMs: openingBusyMs });
    this.#db.pragma(`busy_timeout = ${busyMs}`);
    this.#file = fileIdentity(path);
  }

  /** Undefined also where another program keeps readers out of the file, or the file cannot be used. */
  keyOf(table: string, uid: Uid): LocalKey | undefined {
    if (this.#isClosed) return undefined;
    try {
      const key = prepared(this.#follow(), find).pluck().safeIntegers().get(uid, table) as
        | bigint
        | string
        | undefined;
      return key === undefined ? undefined : readKey(key);
    } catch (error) {
      if (isBusy(error) || isUnusable(error)) return undefined;
      throw error;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.letGo();
  }

  /** Closes the file until the next question. */
  letGo(): void {
    this.#db?.close();
    this.#db = undefined;
  }

  #follow(): ArchiveDatabase {
    const file = fileIdentity(this.#path);
    if (this.#db !== undefined && file === this.#file) return this.#db;
    this.letGo();
    this.#db = openArchiveDatabase(this.#path, { readonly: true, busyMs });
    this.#file = file;
    return this.#db;
  }
}

/** Missing, damaged, no database, or none of ours: whoever keeps the archive says so. */
function isUnusable(error: unknown): boolean {
  return (
    error instanceof ArchiveError || /^SQLITE_(ERROR|CORRUPT|NOTADB|CANTOPEN|IOERR)/.test(sqliteCode(error))
  );
}
