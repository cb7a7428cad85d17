import { compareDots, type Dot } from "../dot.ts";
import type { Stamp } from "../operation.ts";

/** A live write: its dot, and the stamp by which it wins or loses against concurrent ones. The value is in the log. */
export interface Entry {
  readonly dot: Dot;
  readonly stamp: Stamp;
}

/**
 * Whether an operation interpreted earlier on the same cell names the dot that arrives now: a deferred kill. `group` is
 * the column group whose `row.set` named it; null asks for `row.remove`, and is the only question of registers and sets.
 */
export type IsDead = (dot: Dot, group: number | null) => boolean;

/**
 * Whether a state has seen the dot, for a join: its context covers it, or it holds a deferred kill of it (`IsDead`).
 */
export type HasSeen = (dot: Dot, group: number | null) => boolean;

/** Order in which concurrent writes win: stamp (a base value is 0), then author, incarnation, sequence. */
export function compareEntries(a: Entry, b: Entry): number {
  const x = a.stamp === "base" ? 0 : a.stamp;
  const y = b.stamp === "base" ? 0 : b.stamp;
  return x - y || compareDots(a.dot, b.dot);
}

/** The entry that is read among concurrent ones: the last writer wins. O(n). */
export function winner<E extends Entry>(entries: readonly [E, ...E[]]): E;
export function winner<E extends Entry>(entries: readonly E[]): E | undefined;
export function winner<E extends Entry>(entries: readonly E[]): E | undefined {
  let best = entries[0];
  for (const entry of entries) if (compareEntries(entry, best!) > 0) best = entry;
  return best;
}

export function dotOfEntry(entry: Entry): Dot {
  return entry.dot;
}
