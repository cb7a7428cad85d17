import { statSync } from "node:fs";
import type { Database } from "better-sqlite3";

/** A write-ahead log up to this length stays as it is, because to write over what is there costs less than to grow. Bytes. */
const keptLog = 1024 * 1024;

/**
 * Moves a write-ahead log into its file, as far as readers let it, and gives a long one back to the disk. Waits for nobody, and
 * says whether a long one is left.
 */
export function moveLog(database: Database, path: string): boolean {
  database.pragma("wal_checkpoint(PASSIVE)");
  if (!isLong(path)) return false;
  const patience = database.pragma("busy_timeout", { simple: true }) as number;
  database.pragma("busy_timeout = 0");
  try {
    database.pragma("wal_checkpoint(TRUNCATE)");
  } finally {
    database.pragma(`busy_timeout = ${patience}`);
  }
  return isLong(path);
}

function isLong(path: string): boolean {
  return (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > keptLog;
}
