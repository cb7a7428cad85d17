import Database from "better-sqlite3";

/** Whether SQLite can read a file from its first page to its last. Reads it whole; changes nothing. */
export function isDatabaseSound(path: string): boolean {
  try {
    const db = new Database(path, { readonly: true, fileMustExist: true, timeout: 5_000 });
    try {
      return db.prepare("PRAGMA quick_check(1)").pluck().get() === "ok";
    } finally {
      db.close();
    }
  } catch {
    return false;
  }
}
