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

const byConnection = new WeakMap<ArchiveDatabase, Statements>();

/**
 * A statement of this connection, prepared once: preparing takes longer than most statements run. Whoever asks says how it
 * answers (`pluck`, `raw`), each time.
 */
export function prepared(db: ArchiveDatabase, sql: string): Statement {
  let statements = byConnection.get(db);
  if (statements === undefined) {
    statements = new Statements(db);
    byConnection.set(db, statements);
  }
  return statements.get(sql);
}
