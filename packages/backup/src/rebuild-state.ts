import { existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Lock, StateCopy, type StateFile } from "@jarvis-crdt/store-sqlite";
import Database from "better-sqlite3";
import { asideName } from "./aside-name.ts";
import { BackupError } from "./backup-error.ts";
import { asSpaceError, flush, requireSpace } from "./durable.ts";
import { type Judge, type Merged, mergeBatches } from "./merge-batches.ts";
import { refuseRunning } from "./plan-restore.ts";

export interface RebuildOptions {
  readonly state: string;
  readonly judge: Judge;
  readonly now: () => number;
  /** Opens a new state of this node in another place. */
  readonly openState: (path: string) => StateFile;
  readonly onProgress?: (done: number, total: number) => void;
}

/** What became of a state that was made anew. */
export interface Rebuilt {
  readonly merged: Merged;
  /** Where the old file is now. */
  readonly setAside: string;
  /** What this node knew for itself alone and could not be taken over. */
  readonly lost: readonly string[];
}

/** Tables that are nobody else's business, and how they are taken over from the old file, attached as `old`. */
const ownTables: Readonly<Record<string, string>> = {
  crdt_drained: "INSERT OR IGNORE INTO crdt_drained SELECT * FROM old.crdt_drained",
  crdt_evicted: `INSERT OR IGNORE INTO crdt_evicted SELECT mine.id, e.key FROM old.crdt_evicted e
    JOIN old.crdt_objects o ON o.id = e.object JOIN crdt_objects mine ON mine.type = o.type AND mine.name = o.name`,
  // What of a fork was minted anew: names that are the same in every file.
  crdt_anew: `CREATE TABLE IF NOT EXISTS crdt_anew(batch BLOB PRIMARY KEY, log BLOB NOT NULL, seq INTEGER NOT NULL) WITHOUT ROWID;
    INSERT OR IGNORE INTO crdt_anew SELECT * FROM old.crdt_anew`,
  conflict_log: "DELETE FROM conflict_log; INSERT INTO conflict_log SELECT * FROM old.conflict_log",
  sync_log: "DELETE FROM sync_log; INSERT INTO sync_log SELECT * FROM old.sync_log",
};

/**
 * Makes a state anew from the batches in its own log, each verified: cells, indexes and digest are then what the log says,
 * whatever they were. A log ends before its first damaged batch; peers that have the rest send it again, and rows that only the
 * archive has are adopted. The old file is set aside. The next process takes a new incarnation and reconciles.
 *
 * @throws BackupError `in-use`, `no-space`, `damaged`
 */
export async function rebuildState(options: RebuildOptions): Promise<Rebuilt> {
  const { state, now, onProgress } = options;
  refuseRunning(state);
  const folder = dirname(state);
  requireSpace(folder, statSync(state).size);
  const work = join(folder, asideName("rebuild", now(), [folder]));
  const fresh = join(work, basename(state));
  mkdirSync(work, { mode: 0o700 });
  try {
    const merged = await refill(options, fresh, onProgress);
    const lost = takeOver(fresh, state);
    const lock = Lock.take(`${state}.lock`);
    if (lock === undefined)
      throw new BackupError("in-use", `${state} was opened meanwhile; stop jarvisd, then call this again`);
    try {
      rmSync(join(folder, "fence"), { force: true });
      const aside = join(folder, asideName("before-rebuild", now(), [folder]));
      mkdirSync(aside, { mode: 0o700 });
      for (const suffix of ["-wal", "-shm", ""])
        if (existsSync(state + suffix)) renameSync(state + suffix, join(aside, basename(state) + suffix));
      renameSync(fresh, state);
      flush(folder);
      return { merged, lost, setAside: join(aside, basename(state)) };
    } finally {
      lock.release();
    }
  } catch (error) {
    throw asSpaceError(error, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function refill(
  { state, judge, openState }: RebuildOptions,
  fresh: string,
  onProgress?: (done: number, total: number) => void,
): Promise<Merged> {
  let copy: StateCopy;
  try {
    copy = new StateCopy(state);
  } catch (error) {
    throw new BackupError("damaged", `nothing of ${state} can be read; restore a backup`, { cause: error });
  }
  using old = copy;
  const file = openState(fresh);
  try {
    const total = old.counts.operations;
    return await mergeBatches(old, file, judge, (done) => onProgress?.(done, total));
  } finally {
    file.close();
  }
}

/** Names of the tables that could not be read. */
function takeOver(fresh: string, old: string): readonly string[] {
  const db = new Database(fresh);
  try {
    db.prepare("ATTACH ? AS old").run(old);
    const isThere = db.prepare("SELECT 1 FROM old.sqlite_schema WHERE name = ?");
    const lost = Object.entries(ownTables).flatMap(([name, sql]) => {
      try {
        if (isThere.get(name) === undefined) return [];
        db.transaction(() => db.exec(sql))();
        return [];
      } catch (error) {
        if (error instanceof Database.SqliteError) return [name];
        throw error;
      }
    });
    db.exec("DETACH old");
    db.pragma("wal_checkpoint(TRUNCATE)");
    return lost;
  } finally {
    db.close();
  }
}
