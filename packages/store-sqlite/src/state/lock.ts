import Database from "better-sqlite3";

/**
 * Keeps other processes away from a state file. The lock is one of the operating system on a file of its own, so it
 * ends with its process, however that ends, and the state file itself stays readable for everybody.
 */
export class Lock {
  readonly #database: Database.Database;

  private constructor(database: Database.Database) {
    this.#database = database;
  }

  /** Undefined where another process, or another part of this one, holds it. */
  static take(path: string): Lock | undefined {
    const database = new Database(path, { timeout: 0 });
    try {
      database.pragma("locking_mode = EXCLUSIVE");
      database.pragma("journal_mode = MEMORY");
      database.exec("BEGIN EXCLUSIVE");
      return new Lock(database);
    } catch (error) {
      database.close();
      if (error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY")) return undefined;
      throw error;
    }
  }

  release(): void {
    this.#database.close();
  }
}
