import type { ArchiveOptions } from "./archive-options.ts";
import { hasCapture, isAdopting } from "./capture.ts";
import { type ArchiveDatabase, asArchiveError, openArchiveDatabase } from "./database.ts";
import { ArchiveError } from "./error.ts";
import { requireTables } from "./file-tables.ts";
import { takeUpTables } from "./take-up.ts";

/** Page cache: a larger one than holds what a run touches gains nothing that could be measured, and is memory for good. */
const cacheKiB = 24 * 1024;
/** Pages of the write-ahead log after which SQLite checkpoints by itself, whoever waits: more than a catch-up writes. */
const checkpointPages = 65_536;
/** What a write-ahead log may keep of its length once it is in the file, in bytes. */
const keptLog = 16 * 1024 * 1024;
/** Nothing runs yet while a file is opened: wait as long as the assistant would. */
const openingBusyMs = 5_000;

/** A connection to an archive that may be used, whose tables replicate. Throws as `ArchiveFile.open` does. */
export function openAdopted(options: ArchiveOptions): ArchiveDatabase {
  const db = openArchiveDatabase(options.path, { busyMs: openingBusyMs });
  try {
    // A state that had an archive before knows what to do with any other.
    const isFirst = options.state.nonces().confirmed === undefined;
    if (isFirst && !hasCapture(db)) {
      throw new ArchiveError(
        "not-adopted",
        `${options.path} is not adopted yet; run "jarvisctl migrate apply" first.`,
      );
    }
    if (isFirst && isAdopting(db)) {
      throw new ArchiveError(
        "not-adopted",
        `the adoption of ${options.path} was interrupted; run "jarvisctl migrate apply" again, it goes on from there.`,
      );
    }
    db.pragma(`cache_size = -${cacheKiB}`);
    db.pragma(`wal_autocheckpoint = ${checkpointPages}`);
    db.pragma(`journal_size_limit = ${keptLog}`);
    const wal = db.pragma("journal_mode", { simple: true }) === "wal";
    db.pragma(`synchronous = ${wal && options.durability !== "full" ? "NORMAL" : "FULL"}`);
    requireTables(db, options.mappings, options.path);
    takeUpTables(db, options.mappings);
    return db;
  } catch (error) {
    db.close();
    throw asArchiveError(error, options.path);
  }
}
