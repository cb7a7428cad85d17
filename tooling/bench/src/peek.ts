import { statSync } from "node:fs";
import Database from "better-sqlite3";

/** Asks an archive for one value, from outside, through a connection of its own. */
export function peek(archive: string, sql: string): number | null {
  const db = new Database(archive, { readonly: true });
  try {
    return (db.prepare(sql).pluck().get() as number | null | undefined) ?? null;
  } finally {
    db.close();
  }
}

/**
 * Whether the archive shows so many entries. They are counted only once the greatest id is there: counting holds a read
 * lock for milliseconds, for which a commit in journal mode `delete` has to wait.
 */
export function shows(archive: string, rows: number): boolean {
  return (
    (peek(archive, "SELECT max(id) FROM archive_entries") ?? 0) >= rows &&
    (peek(archive, "SELECT count(*) FROM archive_entries") ?? 0) >= rows
  );
}

/** Bytes of its write-ahead log. */
export function logSize(path: string): number {
  return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}

/** Bytes of a database file with its side files. */
export function sizeOnDisk(path: string): number {
  return ["", "-wal", "-journal"].reduce(
    (sum, side) => sum + (statSync(path + side, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
