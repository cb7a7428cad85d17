import { StoreError } from "@jarvis-crdt/store";
import type { Database, Statement } from "better-sqlite3";
import type { Durability } from "./open-database.ts";

/** What belongs to every transaction, whoever runs it. */
export interface TransactionHooks {
  /** Writes what is only in memory yet, before the commit. */
  readonly flush: () => void;
  /** Takes everything from the file again, after the transaction or a part of it was rolled back. */
  readonly reload: () => void;
  readonly committed: () => void;
  /** The whole transaction was rolled back; `reload` comes next. */
  readonly rolledBack: () => void;
}

/** The transactions of one state file, all of them synchronous. */
export class Transactions {
  readonly #database: Database;
  readonly #hooks: TransactionHooks;
  readonly #usual: Durability;
  readonly #begin: Statement;
  readonly #commit: Statement;
  /** How the last one was written. */
  #durability: Durability;
  #savepoints = 0;
  #isOpen = true;

  /** `durability` is how the database was opened. */
  constructor(database: Database, durability: Durability, hooks: TransactionHooks) {
    this.#database = database;
    this.#usual = durability;
    this.#durability = durability;
    this.#hooks = hooks;
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#commit = database.prepare("COMMIT");
  }

  /** BEGIN IMMEDIATE … COMMIT, or a part of the one that runs. Rolls back when `body` throws. */
  run<T>(body: () => T): T {
    this.checkOpen();
    if (this.#database.inTransaction) return body();
    this.#setDurability(this.#usual);
    return this.#run(body);
  }

  /** A part of a transaction that fails alone. */
  attempt<T>(body: () => T): T {
    if (!this.#database.inTransaction) return this.run(body);
    this.#hooks.flush();
    const name = `part_${this.#savepoints++}`;
    this.#database.exec(`SAVEPOINT ${name}`);
    try {
      const result = body();
      this.#hooks.flush();
      this.#database.exec(`RELEASE ${name}`);
      return result;
    } catch (error) {
      this.#database.exec(`ROLLBACK TO ${name}; RELEASE ${name}`);
      this.#hooks.reload();
      throw error;
    }
  }

  /** A transaction that a loss of power may undo, because what it writes is found again. */
  relaxed<T>(body: () => T): T {
    this.checkOpen();
    if (this.#database.inTransaction) return body();
    this.#setDurability("normal");
    return this.#run(body);
  }

  checkOpen(): void {
    if (!this.#isOpen) throw new StoreError("closed", "the state file is closed");
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Closes the file with everything in it on the disk. */
  close(): void {
    this.#isOpen = false;
    this.#setDurability("full");
    this.#database.pragma("wal_checkpoint(TRUNCATE)");
    this.#database.close();
  }

  /** Lets go of the file as a killed process would. */
  abandon(): void {
    this.#isOpen = false;
    this.#database.close();
  }

  #run<T>(body: () => T): T {
    this.#begin.run();
    let result: T;
    try {
      result = body();
      this.#hooks.flush();
      this.#commit.run();
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec("ROLLBACK");
      this.#hooks.rolledBack();
      this.#hooks.reload();
      throw error;
    }
    this.#hooks.committed();
    return result;
  }

  #setDurability(durability: Durability): void {
    if (this.#durability === durability) return;
    this.#durability = durability;
    this.#database.pragma(`synchronous = ${durability}`);
  }
}
