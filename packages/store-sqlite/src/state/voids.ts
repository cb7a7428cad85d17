import { type Dot, decodeLogId, encodeLogId, type LogId } from "@jarvis-crdt/crdt";
import type { VoidInterval } from "@jarvis-crdt/store";
import type { Database } from "better-sqlite3";

interface VoidRow {
  readonly log: Buffer;
  readonly start: number;
  readonly by_log: Buffer;
  readonly by_seq: number;
  readonly one: Buffer;
  readonly one_signature: Buffer;
  readonly other: Buffer;
  readonly other_signature: Buffer;
}

const tables = `
CREATE TABLE IF NOT EXISTS crdt_voids(
  log BLOB PRIMARY KEY, start INTEGER NOT NULL, by_log BLOB NOT NULL, by_seq INTEGER NOT NULL, one BLOB NOT NULL,
  one_signature BLOB NOT NULL, other BLOB NOT NULL, other_signature BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS crdt_anew(batch BLOB PRIMARY KEY, log BLOB NOT NULL, seq INTEGER NOT NULL) WITHOUT ROWID;
`;

/** Logs whose rest does not count, and what was minted anew. Most files do without the tables. */
export class SqlVoids {
  readonly #database: Database;
  readonly #voids = new Map<LogId, VoidInterval>();
  #hasTables = false;

  constructor(database: Database) {
    this.#database = database;
    this.reload();
  }

  /** Takes everything from the file, after a transaction was rolled back. */
  reload(): void {
    this.#voids.clear();
    this.#hasTables =
      this.#database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'crdt_voids'").get() !== undefined;
    if (!this.#hasTables) return;
    for (const row of this.#database.prepare<[], VoidRow>("SELECT * FROM crdt_voids").all()) {
      const interval = intervalOf(row);
      this.#voids.set(interval.log, interval);
    }
  }

  from(log: LogId): number | undefined {
    return this.#voids.get(log)?.from;
  }

  all(): Iterable<VoidInterval> {
    return this.#voids.values();
  }

  put(interval: VoidInterval): void {
    this.#make();
    const { log, from, by, proof } = interval;
    const [one, other = one] = proof;
    this.#database
      .prepare("INSERT OR REPLACE INTO crdt_voids VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      .run(
        encodeLogId(log),
        from,
        encodeLogId(by.log),
        by.seq,
        one.header,
        one.signature,
        other.header,
        other.signature,
      );
    this.#voids.set(log, interval);
  }

  anew(batch: Uint8Array): Dot | undefined {
    if (!this.#hasTables) return undefined;
    const row = this.#database
      .prepare<[Uint8Array], { log: Buffer; seq: number }>("SELECT log, seq FROM crdt_anew WHERE batch = ?")
      .get(batch);
    return row && { log: decodeLogId(row.log), seq: row.seq };
  }

  putAnew(batch: Uint8Array, { log, seq }: Dot): void {
    this.#make();
    this.#database
      .prepare("INSERT OR REPLACE INTO crdt_anew(batch, log, seq) VALUES (?, ?, ?)")
      .run(batch, encodeLogId(log), seq);
  }

  #make(): void {
    if (this.#hasTables) return;
    this.#database.exec(tables);
    this.#hasTables = true;
  }
}

function intervalOf(row: VoidRow): VoidInterval {
  const one = { header: row.one, signature: row.one_signature };
  const other = { header: row.other, signature: row.other_signature };
  return {
    log: decodeLogId(row.log),
    from: row.start,
    by: { log: decodeLogId(row.by_log), seq: row.by_seq },
    proof: row.one.equals(row.other) ? [one] : [one, other],
  };
}
