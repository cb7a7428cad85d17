import { existsSync, mkdirSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { openArchiveDatabase } from "@jarvis-crdt/store-sqlite";
import { flush, timeName, unusedName } from "./backup.ts";

/**
 * Moves a state file, and its fence, out of `jarvisd`'s sight; nothing of it is deleted, because it may hold what other
 * nodes never received. The state file goes last: while it is there, a rollback is not finished. The caller holds
 * its lock.
 *
 * @returns where the files are now
 */
export function setStateAside(state: string, now: number): readonly string[] {
  const files = stateFiles(state).filter((file) => existsSync(file));
  if (files.length === 0) return [];
  mergeLog(state);
  const folder = unusedName(join(dirname(state), "crdt_backups", `rolled-back-${timeName(now)}`));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const moved: string[] = [];
  for (const file of files) {
    if (!existsSync(file)) continue;
    const target = join(folder, basename(file));
    renameSync(file, target);
    moved.push(target);
  }
  flush(folder);
  flush(dirname(state));
  return moved;
}

/** What a node keeps besides its archive, in the order in which it may go. */
export function stateFiles(state: string): readonly string[] {
  return [join(dirname(state), "fence"), `${state}-shm`, `${state}-wal`, state];
}

/** Brings a write-ahead log into its database, so that one file holds all. */
function mergeLog(state: string): void {
  try {
    const db = openArchiveDatabase(state);
    try {
      db.pragma("wal_checkpoint(TRUNCATE)");
    } finally {
      db.close();
    }
  } catch {
    // A damaged state file is moved with its log as it is.
  }
}
