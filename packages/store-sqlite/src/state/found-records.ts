import type { Database } from "better-sqlite3";

export interface FoundLimits {
  readonly records: number;
  /** Of their details, and one record more. */
  readonly bytes: number;
}

/** What the history keeps of values that stood in archives and are shown no more. */
const usual: FoundLimits = { records: 100_000, bytes: 256 * 1024 * 1024 };

const types = "conflict_type IN ('archive-value','removed-row')";

/**
 * Bounds the records of values found in archives: who restores an old copy every hour adds one for each row that has changed
 * since, for ever. The oldest go; all other conflicts stay.
 */
export class FoundRecords {
  readonly #database: Database;
  readonly #limits: FoundLimits;
  /** Written since it was looked how many there are. */
  #records = 0;
  #bytes = 0;

  constructor(database: Database, limits: FoundLimits = usual) {
    this.#database = database;
    this.#limits = limits;
  }

  /** One more was written, inside the caller's transaction. Amortised O(log records). */
  written(bytes: number): void {
    this.#records++;
    this.#bytes += bytes;
    const { records: mostRecords, bytes: mostBytes } = this.#limits;
    if (this.#records * 16 <= mostRecords && this.#bytes * 16 <= mostBytes) return;
    this.#records = 0;
    this.#bytes = 0;
    this.#prune();
  }

  #prune(): void {
    const last = this.#lastToGo();
    if (last === undefined) return;
    this.#database.prepare(`DELETE FROM conflict_log WHERE ${types} AND id <= ?`).run(last);
  }

  #lastToGo(): number | undefined {
    let records = 0;
    let bytes = 0;
    const newest = this.#database
      .prepare<[], [number, number]>(
        `SELECT id, octet_length(resolution_details) FROM conflict_log WHERE ${types} ORDER BY id DESC`,
      )
      .raw();
    for (const [id, length] of newest.iterate()) {
      if (records >= this.#limits.records || bytes > this.#limits.bytes) return id;
      records++;
      bytes += length;
    }
    return undefined;
  }
}
