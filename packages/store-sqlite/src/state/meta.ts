import type { Database, Statement } from "better-sqlite3";

/** Single facts about a state file. */
export class SqlMeta {
  readonly #get: Statement<[string], unknown>;
  readonly #set: Statement<[string, string | number | Uint8Array]>;
  readonly #delete: Statement<[string]>;

  constructor(database: Database) {
    this.#get = database.prepare<[string], unknown>("SELECT value FROM crdt_meta WHERE key = ?").pluck();
    this.#set = database.prepare("INSERT OR REPLACE INTO crdt_meta(key, value) VALUES (?, ?)");
    this.#delete = database.prepare("DELETE FROM crdt_meta WHERE key = ?");
  }

  text(key: string): string | undefined {
    return this.#get.get(key) as string | undefined;
  }

  number(key: string): number | undefined {
    return this.#get.get(key) as number | undefined;
  }

  bytes(key: string): Uint8Array | undefined {
    return this.#get.get(key) as Uint8Array | undefined;
  }

  set(key: string, value: string | number | Uint8Array): void {
    this.#set.run(key, value);
  }

  delete(key: string): void {
    this.#delete.run(key);
  }
}
