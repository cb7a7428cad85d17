import { chmodSync, copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Lock, StateCopy, type StateFile } from "@jarvis-crdt/store-sqlite";
import Database from "better-sqlite3";
import { asideName } from "./aside-name.ts";
import { asSpaceError, flush, requireSpace } from "./durable.ts";
import { type Judge, type Merged, mergeBatches } from "./merge-batches.ts";
import { filesOf, type RestorePlan, refuseRunning } from "./plan-restore.ts";
import { verifyBackup } from "./verify-backup.ts";

/** What restoring takes from outside: the clock, who judges authors, how this node opens its state. */
export interface RestoreOptions {
  readonly now: () => number;
  readonly judge: Judge;
  /** Opens the state of this node as `jarvisd` does. */
  readonly openState: () => StateFile;
  /** Captures what the application wrote into the archive and no log knows yet. How many operations. */
  readonly capture: (state: StateFile) => number;
  readonly onProgress?: (what: string, done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** What a restore has done. */
export interface Restored {
  /** The files that were there before, where they are now. */
  readonly setAside: readonly string[];
  /** Operations that the archive held and no log knew. */
  readonly captured: number;
  readonly merged: Merged | undefined;
}

/** What may lie beside a database file. */
const suffixes = ["", "-journal", "-wal", "-shm"];

/**
 * Restores a backup: a state that is there keeps all it has and gets what it lacks, the archive becomes the backup's, and
 * `jarvisd` reconciles the two when it starts, under a new incarnation. What was there before is set aside, not deleted.
 * Killed at any instant, it can be called again.
 *
 * @throws BackupError
 */
export async function restoreBackup(plan: RestorePlan, options: RestoreOptions): Promise<Restored> {
  const { onProgress, signal, now } = options;
  await verifyBackup(plan.backup, {
    onProgress: (done, total) => onProgress?.("Reading the backup, bytes", done, total),
    signal,
  });
  const { archive, state, manifest } = plan;
  const folder = dirname(state);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  mkdirSync(dirname(archive), { recursive: true });
  requireSpace(folder, manifest.state.bytes);
  requireSpace(dirname(archive), manifest.archive.bytes);
  const files = filesOf(plan);
  const fresh = { archive: `${archive}.restoring`, state: `${state}.restoring` };
  try {
    copyFileSync(files.archive, fresh.archive);
    if (manifest.archive.journal_mode === "wal") setWriteAhead(fresh.archive);
    flush(fresh.archive);
    const isMerged = plan.onState === "merge";
    if (!isMerged) {
      copyFileSync(files.state, fresh.state);
      chmodSync(fresh.state, 0o600);
      flush(fresh.state);
    }
    const { captured, merged } = isMerged ? await merge(plan, options) : { captured: 0, merged: undefined };

    refuseRunning(state);
    const lock = Lock.take(`${state}.lock`);
    if (lock === undefined) throw new Error("the lock was taken meanwhile");
    try {
      // From here on nobody continues the log that was there; the next process takes a new incarnation.
      rmSync(join(folder, "fence"), { force: true });
      const name = asideName("before-restore", now(), [folder, dirname(archive)]);
      const moved = [replace(archive, fresh.archive, name), !isMerged && replace(state, fresh.state, name)];
      for (const one of new Set([folder, dirname(archive)])) flush(one);
      return { setAside: moved.filter((one) => typeof one === "string"), captured, merged };
    } finally {
      lock.release();
    }
  } catch (error) {
    for (const file of Object.values(fresh)) rmSync(file, { force: true });
    throw asSpaceError(error, folder);
  }
}

async function merge(
  plan: RestorePlan,
  { openState, capture, judge, onProgress }: RestoreOptions,
): Promise<{ captured: number; merged: Merged }> {
  const state = openState();
  try {
    const captured = plan.captures ? capture(state) : 0;
    using copy = new StateCopy(filesOf(plan).state);
    const total = copy.counts.operations;
    const merged = await mergeBatches(copy, state, judge, (done) =>
      onProgress?.("Merging, operations", done, total),
    );
    return { captured, merged };
  } finally {
    state.close();
  }
}

/** Puts `fresh` where `path` is, at no instant of which neither is there. Where the file is that was there before, if one was. */
function replace(path: string, fresh: string, name: string): string | undefined {
  const there = suffixes.filter((suffix) => existsSync(path + suffix));
  const folder = join(dirname(path), name);
  if (there.length > 0) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const aside = join(folder, basename(path));
  // A journal goes first: beside another database it would be taken for that one's.
  for (const suffix of there.reverse()) {
    if (suffix === "") linkSync(path, aside);
    else renameSync(path + suffix, aside + suffix);
  }
  renameSync(fresh, path);
  return there.length > 0 ? aside : undefined;
}

function setWriteAhead(path: string): void {
  const db = new Database(path);
  try {
    db.pragma("journal_mode = WAL");
  } finally {
    db.close();
  }
}
