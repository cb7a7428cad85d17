import type { Uid } from "@jarvis-crdt/crdt";
import { isBusy, openArchiveDatabase } from "./database.ts";

/** A row that the archive does not accept, as an operator sees it. */
export interface RefusedRowView {
  readonly table: string;
  readonly uid: Uid;
  /** SQLite's message. */
  readonly reason: string;
  readonly tries: number;
  /** Unix milliseconds of the next try. */
  readonly retryAt: number;
}

/** For so long another program may keep readers out of the file. */
const busyMs = 1_000;

/**
 * Rows that an archive refuses, in the order of their uids, after one if given. Over a connection of its own that only
 * reads; undefined while another program keeps readers out. Throws `ArchiveError` where the file cannot be used.
 */
export function readRefused(
  path: string,
  after: Uid | undefined,
  limit: number,
): readonly RefusedRowView[] | undefined {
  const db = openArchiveDatabase(path, { readonly: true, busyMs });
  try {
    if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name='crdt_refused'").get() === undefined) return [];
    return db
      .prepare<[Uint8Array, number], RefusedRowView>(
        `SELECT name AS "table",uid,reason,tries,retry_at AS retryAt FROM crdt_refused JOIN crdt_tables ON id=tbl
         WHERE uid>? ORDER BY uid LIMIT ?`,
      )
      .all(after ?? new Uint8Array(0), limit);
  } catch (error) {
    if (isBusy(error)) return undefined;
    throw error;
  } finally {
    db.close();
  }
}
