import Database from "better-sqlite3";

/**
 * Whether SQLite can read a file from its first page to its last, and that is in order; unreadable where something else
 * keeps it from reading, such as a lock, or a folder that cannot be written. Reads it whole; changes nothing.
 */
export function databaseHealth(path: string): "sound" | "damaged" | "unreadable" {
  try {
    const db = new Database(path, { readonly: true, fileMustExist: true, timeout: 5_000 });
    try {
      return db.prepare("PRAGMA quick_check(1)").pluck().get() === "ok" ? "sound" : "damaged";
    } finally {
      db.close();
    }
  } catch (error) {
    const code = error instanceof Database.SqliteError ? error.code : "";
    return /^SQLITE_(CANTOPEN|READONLY|BUSY|LOCKED|PERM)/.test(code) ? "unreadable" : "damaged";
  }
}
