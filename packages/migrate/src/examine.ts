import { statSync } from "node:fs";
import {
  type ArchiveDatabase,
  ArchiveError,
  asArchiveError,
  openArchiveDatabase,
  sqliteCode,
} from "@jarvis-crdt/store-sqlite";
import { checkIntegrity } from "./integrity.ts";

/** How long to wait for another program's lock: as long as the assistant waits for ours. */
export const busyMs = 5_000;

/**
 * Opens a file to read it, once all of it was found sound; undefined where it is empty. Changes nothing, except that
 * what a killed program left half written is undone, as every program does that opens such a file.
 *
 * @throws ArchiveError `missing`, `not-sqlite`, `damaged`
 */
export function examine<T>(path: string, read: (db: ArchiveDatabase) => T): T | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new ArchiveError("missing", `${path} does not exist; check the path.`);
  if (!stat.isFile()) throw new ArchiveError("not-sqlite", `${path} is not a file; check the path.`);
  if (stat.size === 0) return undefined;
  let db: ArchiveDatabase | undefined;
  try {
    undoHalfWritten(path);
    db = openArchiveDatabase(path, { readonly: true, busyMs });
    checkIntegrity(db, path);
    return read(db);
  } catch (error) {
    throw asArchiveError(error, path);
  } finally {
    db?.close();
  }
}

/** A journal of a killed program is played back by whoever may write; a reader alone is turned away. */
function undoHalfWritten(path: string): void {
  try {
    openArchiveDatabase(path, { readonly: true, busyMs }).close();
  } catch (error) {
    if (!/^SQLITE_READONLY_(ROLLBACK|RECOVERY|CANTINIT)/.test(sqliteCode(error))) throw error;
    openArchiveDatabase(path, { busyMs }).close();
  }
}
