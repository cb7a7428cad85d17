import { asArchiveError, isBusy, sqliteCode } from "@jarvis-crdt/store-sqlite";
import { busyMs } from "./examine.ts";
import { MigrateError } from "./migrate-error.ts";

/** Gives what SQLite and the system say about a file that is being changed a code and a next step; passes the rest through. */
export function explained(error: unknown, path: string): unknown {
  const code = sqliteCode(error) || String((error as { code?: unknown } | null)?.code ?? "");
  if (isBusy(error)) {
    return new MigrateError(
      "busy",
      `another program holds ${path} for longer than ${busyMs / 1000} s; stop the assistant, then call this again.`,
      { cause: error },
    );
  }
  if (code === "SQLITE_FULL" || code === "ENOSPC") {
    return new MigrateError(
      "no-space",
      `the disk of ${path} is full; free some space, then call this again.`,
      { cause: error },
    );
  }
  if (code.startsWith("SQLITE_READONLY") || code === "EACCES" || code === "EROFS") {
    return new MigrateError(
      "read-only",
      `${path} or its folder may not be written; run this as the user who owns them.`,
      { cause: error },
    );
  }
  return asArchiveError(error, path);
}
