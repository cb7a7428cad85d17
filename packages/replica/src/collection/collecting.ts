import { type Dot, hlcAt } from "@jarvis-crdt/crdt";
import { type Collected, horizons, type Store } from "@jarvis-crdt/store";
import type { Authority } from "../authority.ts";
import { membersOf } from "./members.ts";

/** Whose history is collected, and for whom and how long it waits. */
export interface CollectingOptions {
  readonly store: Store;
  readonly authority: Authority;
  /** Unix ms. */
  readonly now: () => number;
  readonly leaseMs: number;
  /** What is younger stays, and what died later, for logs that were written twice and archives that are restored; ms. */
  readonly undoMs: number;
}

/**
 * Throws away, a page at a time, what nobody needs any more; goes on at `from`. It may be left at any page, and ends with one
 * that was put off.
 */
export async function* collecting(options: CollectingOptions, from?: Dot): AsyncIterable<Collected> {
  const { store, authority, leaseMs, undoMs } = options;
  const now = options.now();
  const { others } = await membersOf(store, authority, now);
  const found = horizons({ now, leaseMs, interpreted: await store.interpreted(), members: others });
  const logs = new Map(
    found.map(({ log, unwitnessed, settled }) => [log, { after: unwitnessed, through: settled }] as const),
  );
  const before = hlcAt(now - undoMs);
  for (let at = from; ; ) {
    const page = await store.collect({ logs, before, now: hlcAt(now), from: at });
    yield page;
    at = page.next;
    if (at === undefined || page.isPutOff) return;
  }
}
