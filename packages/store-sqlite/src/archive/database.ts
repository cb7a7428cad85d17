import Sqlite from "better-sqlite3";
import { StateBusy } from "../state/state.ts";
import { ArchiveError } from "./error.ts";

/** A connection to an application's database file. */
export type ArchiveDatabase = Sqlite.Database;

/** How a database file is opened. */
export interface OpenOptions {
  readonly readonly?: boolean;
  /** Create the file where it is missing. */
  readonly create?: boolean;
  /** How long a statement waits for another program's lock, in ms. The whole process waits with it. */
  readonly busyMs?: number;
}

/**
 * Opens an application's file without changing anything in it: its journal mode stays, foreign keys are not enforced
 * (the assistant does not either, and its files hold dangling rows).
 */
export function openArchiveDatabase(path: string, options: OpenOptions = {}): ArchiveDatabase {
  let db: ArchiveDatabase | undefined;
  try {
    db = new Sqlite(path, {
      readonly: options.readonly ?? false,
      fileMustExist: !(options.create ?? false),
      timeout: options.busyMs ?? 100,
    });
    db.pragma("foreign_keys = OFF");
    db.pragma("schema_version");
    return db;
  } catch (error) {
    db?.close();
    throw asArchiveError(error, path);
  }
}

/** Gives the errors of a file that is no sound database their code; passes every other error through. */
export function asArchiveError(error: unknown, path: string): unknown {
  const code = sqliteCode(error);
  if (code.startsWith("SQLITE_CANTOPEN")) {
    return new ArchiveError(
      "missing",
      `${path} cannot be opened; check that the file is there, and that it and its folder may be read and written.`,
      {
        cause: error,
      },
    );
  }
  if (code === "SQLITE_READONLY_DBMOVED") {
    return new ArchiveError("replaced", `${path} is another file now; open it again.`, { cause: error });
  }
  if (code.startsWith("SQLITE_NOTADB")) {
    return new ArchiveError("not-sqlite", `${path} is not a SQLite database; check the path.`, {
      cause: error,
    });
  }
  if (code.startsWith("SQLITE_CORRUPT")) {
    return new ArchiveError(
      "damaged",
      `${path} is damaged; restore a backup or run ".recover" on a copy first.`,
      {
        cause: error,
      },
    );
  }
  return error;
}

/** SQLite's extended result code of an error, or an empty text. */
export function sqliteCode(error: unknown): string {
  return error instanceof Sqlite.SqliteError ? error.code : "";
}

/** Another program holds the lock, or the state answers nobody now: a normal outcome, to be tried again. */
export function isBusy(error: unknown): boolean {
  if (error instanceof StateBusy) return true;
  const code = sqliteCode(error);
  return code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED");
}
