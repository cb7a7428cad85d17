import { rmSync } from "node:fs";
import Database from "better-sqlite3";
import { BackupError } from "./backup-error.ts";
import { flush } from "./durable.ts";

export interface CopyOptions {
  /** Called between two portions. */
  readonly onPages?: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Pages that are copied while others cannot write: some milliseconds. */
const firstPortion = 1_000;
/** The most, where others write so often that smaller portions never come to an end: about a second. */
const lastPortion = 100_000;
/** How often a copy may begin anew at the largest portion. */
const patience = 50;
const busyMs = 5_000;

/**
 * Copies a database that others write meanwhile, as one file in journal mode `delete`, durable. In write-ahead mode nobody
 * waits for it. Otherwise a write by others makes the copy begin anew, each time with larger portions. Returns the journal
 * mode of the source. What is begun is removed where this fails.
 *
 * @throws BackupError `busy`, `interrupted`
 */
export async function copyDatabase(from: string, to: string, options: CopyOptions = {}): Promise<string> {
  const source = new Database(from, { readonly: true, fileMustExist: true, timeout: busyMs });
  try {
    const mode = String(source.pragma("journal_mode", { simple: true }));
    // As of this moment, whatever comes later.
    if (mode === "wal") source.exec("BEGIN; SELECT count(*) FROM sqlite_schema");
    await source.backup(to, { progress: pace(from, options) });
    const copy = new Database(to);
    try {
      copy.pragma("journal_mode = DELETE");
    } finally {
      copy.close();
    }
    flush(to);
    return mode;
  } catch (error) {
    for (const file of [to, `${to}-wal`, `${to}-shm`, `${to}-journal`]) rmSync(file, { force: true });
    throw error;
  } finally {
    source.close();
  }
}

function pace(path: string, { onPages, signal }: CopyOptions): (info: Database.BackupMetadata) => number {
  let portion = firstPortion;
  let done = 0;
  let restarts = 0;
  return ({ totalPages, remainingPages }) => {
    if (signal?.aborted) throw new BackupError("interrupted", "interrupted; nothing was changed");
    const now = totalPages - remainingPages;
    if (now < done) {
      portion = Math.min(lastPortion, portion * 2);
      if (portion === lastPortion && ++restarts > patience)
        throw new BackupError("busy", `${path} is written without a pause; try again when it is quieter`);
    }
    done = now;
    onPages?.(done, totalPages);
    return portion;
  };
}
