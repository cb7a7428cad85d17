import type { RowView } from "../state/state.ts";
import type { ArchiveDatabase } from "./database.ts";
import type { LocalKey } from "./local-key.ts";
import { quote } from "./name.ts";
import { fromInteger } from "./sql-value.ts";
import { prepared } from "./statements.ts";
import type { Table } from "./table.ts";

/** An author's key beyond this is not followed: it would push every later key of this file out of people's sight. */
const greatestHint = 2 ** 48;

/** SQLite's greatest rowid. */
const greatestKey = 2n ** 63n - 1n;

export interface Allocated {
  readonly key: LocalKey;
  readonly view: RowView;
}

/**
 * Gives rows of other nodes their local keys: the author's key where it is free, else the next ones. The caller holds the
 * write lock. O(n) where the authors' keys ascend above all that are there, else O(n log n) with a look-up for each.
 *
 * @returns the rows by ascending key, so that the table grows at its end
 */
export function allocateKeys(db: ArchiveDatabase, table: Table, views: readonly RowView[]): Allocated[] {
  const name = quote(table.mapping.key);
  const from = quote(table.mapping.name);
  const isTaken = prepared(db, `SELECT 1 FROM ${from} WHERE ${name}=?`).pluck();
  const greatest = prepared(db, `SELECT max(${name}) FROM ${from}`).pluck().safeIntegers().get() as
    | bigint
    | null;
  let end = max(greatest ?? 0n, autoincrementOf(db, table.mapping.name), 0n);

  // Beyond what a number holds exactly no hint is followed, so the comparison need not be exact there.
  const top = Number(end);
  let last = top;
  let given: Set<number> | undefined;
  const kept: { key: number; view: RowView }[] = [];
  const others: RowView[] = [];
  for (const view of views) {
    const { hint } = view;
    if (hint === null || hint > greatestHint) {
      others.push(view);
    } else if (hint > last) {
      last = hint;
      given?.add(hint);
      kept.push({ key: hint, view });
    } else {
      given ??= new Set(kept.map(({ key }) => key));
      if (given.has(hint) || (hint <= top && isTaken.get(BigInt(hint)) !== undefined)) others.push(view);
      else {
        given.add(hint);
        kept.push({ key: hint, view });
      }
    }
  }
  if (given !== undefined) kept.sort((a, b) => a.key - b.key);
  if (others.length === 0) return kept;
  end = max(end, BigInt(kept.at(-1)?.key ?? 0));
  const used = given ?? new Set(kept.map(({ key }) => key));
  const isFree = (key: bigint): boolean => !used.has(Number(key)) && isTaken.get(key) === undefined;
  const next = end + BigInt(others.length) <= greatestKey ? () => ++end : gaps(isFree);
  return [...kept, ...others.map((view) => ({ key: fromInteger(next()), view }))];
}

/** The free keys from 1 on, where no key above the greatest is left. O(keys that are taken there). */
function gaps(isFree: (key: bigint) => boolean): () => bigint {
  let key = 0n;
  return () => {
    do key++;
    while (!isFree(key));
    return key;
  };
}

function max(...values: readonly bigint[]): bigint {
  let greatest = values[0]!;
  for (const value of values) if (value > greatest) greatest = value;
  return greatest;
}

function autoincrementOf(db: ArchiveDatabase, table: string): bigint {
  const isThere = prepared(db, "SELECT 1 FROM sqlite_schema WHERE name='sqlite_sequence'").pluck().get();
  if (isThere === undefined) return 0n;
  const seq = prepared(db, "SELECT max(seq) FROM sqlite_sequence WHERE name=?")
    .pluck()
    .safeIntegers()
    .get(table);
  return typeof seq === "bigint" ? seq : 0n;
}
