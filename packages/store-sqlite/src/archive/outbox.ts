import { entryKind } from "./capture-sql.ts";
import type { ArchiveDatabase } from "./database.ts";
import { type LocalKey, readKey } from "./local-key.ts";
import { prepared } from "./statements.ts";

/** One entry of the outbox: what the application, or an adoption, did to one row. */
export interface Entry {
  readonly id: number;
  readonly token: Uint8Array;
  readonly kind: number;
  /** Number of the table. */
  readonly table: number;
  readonly key: LocalKey;
  /** The key before an update. */
  readonly was: LocalKey | null;
  /** The column group that an update changed. */
  readonly group: string | null;
  /** Unix milliseconds. */
  readonly time: number;
}

export interface OutboxLimits {
  /** Above this many entries the outbox is cut. */
  readonly entries: number;
  /** Adopted rows need no common transaction and are taken in portions of this size. */
  readonly adopted: number;
  /** Entries of the parts into which a longer outbox is cut where transactions end. */
  readonly part?: number;
  /** Entries that one run takes out of the outbox, where it holds more that the state has: the file is locked meanwhile. */
  readonly settled?: number;
}

/** The outbox of one snapshot, or as much of it as makes a transaction, in order. */
export interface Drain {
  readonly entries: readonly Entry[];
  /** Entries were left for another drain. */
  readonly cut: boolean;
  /** And they may be of the same transaction. */
  readonly isSplit?: boolean;
  /** And none of them is of the same rows. */
  readonly isClean?: boolean;
  /** Later entries that are of the same rows, and are taken out with them. */
  readonly ahead?: readonly Entry[];
}

type Row = [
  bigint,
  Uint8Array | null,
  bigint,
  bigint,
  bigint | string,
  bigint | string | null,
  string | null,
  number | null,
];

const columns = "id,token,kind,tbl,key,was,grp,time";
const unixEpochJulianDay = 2_440_587.5;
const dayMs = 86_400_000;

/**
 * Reads the outbox inside the caller's transaction, or the part of it that ends with the entry `end`. Of adopted rows those up to
 * the entry `known` do not count.
 */
export function readOutbox(db: ArchiveDatabase, limits: OutboxLimits, known = 0, end?: number): Drain {
  const sql = `SELECT ${columns} FROM crdt_outbox WHERE id<=? ORDER BY id LIMIT ?`;
  const statement = prepared(db, sql).raw().safeIntegers();
  const entries: Entry[] = [];
  let adopted = 0;
  const through = end ?? Number.MAX_SAFE_INTEGER;
  for (const row of statement.iterate(through, limits.entries + 1) as IterableIterator<Row>) {
    const entry = toEntry(row);
    // Entries of one transaction are neighbours, and an adoption's transactions are its own: no cut here splits one.
    if (adopted >= limits.adopted && entry.kind !== entryKind.adopt) return { entries, cut: true };
    if (entry.kind === entryKind.adopt && entry.id > known && ++adopted > limits.adopted)
      return { entries, cut: true };
    entries.push(entry);
  }
  if (entries.length <= limits.entries)
    return end === undefined ? { entries, cut: false } : { entries, cut: true, isClean: true };
  return { entries: entries.slice(0, largestGap(entries)), cut: true, isSplit: true };
}

/** All entries after this one, in order. */
export function* entriesAfter(db: ArchiveDatabase, id: number): Iterable<Entry> {
  yield* entriesOf(db, `SELECT ${columns} FROM crdt_outbox WHERE id>? ORDER BY id`, id);
}

/** Entries after this one that changed the key of a row, in order. */
export function* movesAfter(db: ArchiveDatabase, id: number): Iterable<Entry & { readonly was: LocalKey }> {
  for (const entry of entriesOf(
    db,
    `SELECT ${columns} FROM crdt_outbox WHERE id>? AND was<>key ORDER BY id`,
    id,
  ))
    yield entry as Entry & { readonly was: LocalKey };
}

function* entriesOf(db: ArchiveDatabase, sql: string, id: number): Iterable<Entry> {
  const rows = prepared(db, sql).raw().safeIntegers().iterate(id) as IterableIterator<Row>;
  for (const row of rows) yield toEntry(row);
}

/** Where the longest pause lies: the most likely boundary between two transactions. At least 1. */
function largestGap(entries: readonly Entry[]): number {
  let at = entries.length - 1;
  let gap = -1;
  for (let i = 1; i < entries.length; i++) {
    const pause = entries[i]!.time - entries[i - 1]!.time;
    if (pause < gap) continue;
    gap = pause;
    at = i;
  }
  return at;
}

export function isOutboxEmpty(db: ArchiveDatabase): boolean {
  return prepared(db, "SELECT 1 FROM crdt_outbox LIMIT 1").get() === undefined;
}

function toEntry([id, token, kind, table, key, was, group, day]: Row): Entry {
  return {
    id: Number(id),
    token: token ?? new Uint8Array(16),
    kind: Number(kind),
    table: Number(table),
    key: readKey(key),
    was: was === null ? null : readKey(was),
    group,
    time: day === null ? 0 : Math.round((day - unixEpochJulianDay) * dayMs),
  };
}
