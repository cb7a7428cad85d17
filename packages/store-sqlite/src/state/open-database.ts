import { closeSync, openSync } from "node:fs";
import { StoreError } from "@jarvis-crdt/store";
import Database from "better-sqlite3";
import { applicationId, ddl, layoutVersion } from "./ddl.ts";
import { checkLayout, upgradeLayout } from "./layout.ts";
import { Lock } from "./lock.ts";
import { stateHolder } from "./state-holder.ts";

/** Page cache. Random keys of sets and old rows are what needs it; new rows go to the end of their table. */
const cacheKiB = 16 * 1024;
/** Pages of the write-ahead log after which SQLite checkpoints by itself: rarely, because a checkpoint stalls. */
const checkpointPages = 65_536;

/** What a state file must survive: `normal` a kill of the process at any instant, `full` also a loss of power. */
export type Durability = "full" | "normal";

export interface OpenedDatabase {
  readonly database: Database.Database;
  readonly lock: Lock;
}

/** Opens a state file and locks it for this process; makes it where there is none. Throws `StoreError`. */
export function openDatabase(path: string, durability: Durability): OpenedDatabase {
  const lock = Lock.take(`${path}.lock`);
  if (lock === undefined) throw new StoreError("locked", lockedMessage(path));
  try {
    makePrivate(path);
    const database = new Database(path);
    try {
      prepare(database, path, durability);
      return { database, lock };
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    lock.release();
    if (error instanceof Database.SqliteError && error.code === "SQLITE_NOTADB") {
      throw new StoreError("wrong-file", `${path} is not a SQLite file`, { cause: error });
    }
    throw error;
  }
}

function prepare(database: Database.Database, path: string, durability: Durability): void {
  const isNew = database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() === 0;
  if (!isNew) checkLayout(database, path);
  database.pragma("journal_mode = WAL");
  database.pragma(`synchronous = ${durability}`);
  database.pragma(`cache_size = -${cacheKiB}`);
  database.pragma(`wal_autocheckpoint = ${checkpointPages}`);
  database.pragma("temp_store = MEMORY");
  database.pragma("foreign_keys = OFF");
  if (isNew) {
    database.transaction(() => {
      database.exec(ddl);
      database.pragma(`application_id = ${applicationId}`);
      database.pragma(`user_version = ${layoutVersion}`);
    })();
  } else upgradeLayout(database, path);
  database.prepare("INSERT OR REPLACE INTO crdt_meta(key, value) VALUES ('process', ?)").run(process.pid);
}

/** A new state file holds all that an archive holds, which may be for its owner alone. What SQLite puts beside it is as it is. */
function makePrivate(path: string): void {
  closeSync(openSync(path, "a", 0o600));
}

function lockedMessage(path: string): string {
  return `${path} is in use by ${stateHolder(path)}; stop that first, or give this node a storage.path of its own`;
}
