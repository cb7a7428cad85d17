import type { ArchiveDatabase } from "./database.ts";
import type { LocalKey } from "./local-key.ts";
import { quote } from "./name.ts";
import type { Table } from "./table.ts";

/** An author's key beyond this is not followed: it would push every later key of this file out of people's sight. */
const greatestHint = 2 ** 48;

/**
 * Chooses local keys for rows of other nodes, within one write transaction: the author's key where it is free, else the
 * next one. A key above all others is free without looking.
 */
export class KeyAllocator {
  readonly #taken;
  #next: bigint;
  #given = new Set<LocalKey>();

  constructor(db: ArchiveDatabase, table: Table) {
    const key = quote(table.mapping.key);
    const from = quote(table.mapping.name);
    this.#taken = db.prepare(`SELECT 1 FROM ${from} WHERE ${key}=?`);
    const greatest = db.prepare(`SELECT max(${key}) FROM ${from}`).pluck().safeIntegers().get() as
      | bigint
      | null;
    this.#next = (greatest ?? 0n) + 1n;
    if (this.#next < 1n) this.#next = 1n;
    const sequence = autoincrementOf(db, table.mapping.name);
    if (sequence >= this.#next) this.#next = sequence + 1n;
  }

  take(hint: number | null): LocalKey {
    if (hint !== null && hint <= greatestHint && this.#isFree(hint)) {
      const key = BigInt(hint);
      if (key >= this.#next) this.#next = key + 1n;
      else this.#given.add(hint);
      return hint;
    }
    const key = this.#next++;
    return key <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(key) : key;
  }

  #isFree(key: number): boolean {
    if (BigInt(key) >= this.#next) return true;
    return !this.#given.has(key) && this.#taken.get(BigInt(key)) === undefined;
  }
}

function autoincrementOf(db: ArchiveDatabase, table: string): bigint {
  if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name='sqlite_sequence'").get() === undefined) return 0n;
  const seq = db
    .prepare("SELECT max(seq) FROM sqlite_sequence WHERE name=?")
    .pluck()
    .safeIntegers()
    .get(table);
  return typeof seq === "bigint" ? seq : 0n;
}
