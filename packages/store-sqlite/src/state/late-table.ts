import type { Database, Statement } from "better-sqlite3";

/**
 * A table that most files do without: it is made when the first row is written. Whether it is there is looked up once, and
 * statements are prepared once.
 */
export class LateTable {
  readonly #database: Database;
  readonly #name: string;
  /** Columns and constraints, as CREATE TABLE takes them. */
  readonly #columns: string;
  readonly #statements = new Map<string, Statement>();
  #isThere: boolean | undefined;

  constructor(database: Database, name: string, columns: string) {
    this.#database = database;
    this.#name = name;
    this.#columns = columns;
  }

  get isThere(): boolean {
    this.#isThere ??=
      this.#database.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?").get(this.#name) !== undefined;
    return this.#isThere;
  }

  make(): void {
    if (this.isThere) return;
    this.#database.exec(`CREATE TABLE ${this.#name}(${this.#columns}) WITHOUT ROWID`);
    this.#isThere = true;
  }

  /** A statement on the table, which must be there. */
  statement<Parameters extends unknown[], Row = unknown>(sql: string): Statement<Parameters, Row> {
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement as Statement<Parameters, Row>;
  }

  /** A transaction was rolled back, perhaps the one that made the table. */
  reload(): void {
    this.#isThere = undefined;
  }
}
