import { type ArchiveDatabase, openArchiveDatabase } from "./database.ts";
import { readMarker } from "./marker.ts";

/** What an archive says of itself, for people: counts of what is open in it. */
export interface ArchiveFacts {
  readonly isAdopted: boolean;
  /** The node that used it last. */
  readonly node: string | null;
  /** Of the last plan that it carries. */
  readonly nonce: string | null;
  /** What the application wrote and nobody has captured yet. */
  readonly outbox: number;
  readonly refused: number;
  readonly hidden: number;
  /** Rows that no log knows. */
  readonly leftovers: number;
  readonly journalMode: string;
}

/** Changes nothing. Throws `ArchiveError` where the file cannot be used. O(what is open). */
export function archiveFacts(path: string): ArchiveFacts {
  const db = openArchiveDatabase(path, { readonly: true, busyMs: 5_000 });
  try {
    const isAdopted = has(db, "crdt_marker");
    const { node, nonce } = isAdopted ? readMarker(db) : { node: null, nonce: null };
    return {
      isAdopted,
      node,
      nonce,
      outbox: count(db, "crdt_outbox"),
      refused: count(db, "crdt_refused"),
      hidden: count(db, "crdt_hidden"),
      leftovers: count(db, "crdt_leftovers"),
      journalMode: String(db.pragma("journal_mode", { simple: true })),
    };
  } finally {
    db.close();
  }
}

function has(db: ArchiveDatabase, table: string): boolean {
  return db.prepare("SELECT 1 FROM sqlite_schema WHERE type='table' AND name=?").get(table) !== undefined;
}

function count(db: ArchiveDatabase, table: string): number {
  return has(db, table) ? (db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number) : 0;
}
