import type BetterSqlite3 from "better-sqlite3";
import type { ArchiveDatabase } from "./database.ts";

export type Statement = BetterSqlite3.Statement<unknown[]>;

const kept = 64;

/** Prepared statements by their text, as many as are kept. */
export class Statements {
  readonly #db: ArchiveDatabase;
  readonly #statements = new Map<string, Statement>();

  constructor(db: ArchiveDatabase) {
    this.#db = db;
  }

  get(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    if (this.#statements.size >= kept) this.#statements.clear();
    const statement = this.#db.prepare<unknown[]>(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
