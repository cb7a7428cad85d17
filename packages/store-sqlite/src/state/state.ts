import type { Dot, Stamp, Uid, Value } from "@jarvis-crdt/crdt";
import type { Committed, Intent } from "@jarvis-crdt/store";

/** An entry of the archive's outbox, named so that a re-used id is another entry. */
export interface OutboxEntry {
  readonly id: number;
  /** Sixteen random bytes. */
  readonly token: Uint8Array;
}

export interface RowKey {
  readonly table: string;
  readonly uid: Uid;
}

/** A row as it should be shown now. */
export interface RowView extends RowKey {
  /** First live add. */
  readonly dot: Dot;
  /** Stamp of that add; `"base"` for an adopted row. */
  readonly stamp: Stamp;
  /** The author's local key, or null. */
  readonly hint: number | null;
  /** By this node's own schema: all groups' columns in order, the winner of each group. */
  readonly values: readonly Value[];
}

/** Rows whose archive copy may differ from their cell, oldest first, whole transactions as far as `maxRows` allows. */
export interface Worklist {
  /** Everything up to here is covered by `rows`; 0 where there is nothing to do. */
  readonly through: number;
  readonly rows: readonly RowKey[];
}

/**
 * The state file as rule M sees it. All methods are synchronous and, but for `transaction`, run inside the caller's
 * transaction or a short one of their own.
 *
 * The state keeps a list of what is not materialised yet (`crdt_todo`): one entry per interpreted batch, and one per
 * changed row that was shown before, with the dots the archive still shows. A plan is a nonce and a position in it.
 */
export interface State {
  /** BEGIN IMMEDIATE … COMMIT; returns when the commit is fsynced. Rolls back when `body` throws. */
  transaction<T>(body: () => T): T;

  /** Which of these entries an earlier transaction has drained already. */
  drained(entries: readonly OutboxEntry[]): ReadonlySet<number>;

  /**
   * Commits what the application wrote as one transaction of this node's log and remembers the entries as drained.
   * A `row.set` names the dots last materialised in that row. What is captured counts as shown, but for the stamp
   * columns. `evicted` rows are hidden on this node from now on.
   */
  capture(
    intents: readonly Intent[],
    times: readonly number[],
    entries: readonly OutboxEntry[],
    evicted: readonly RowKey[],
  ): Committed;

  /** True where `worklist` would return something. O(1). */
  hasWork(): boolean;
  worklist(maxRows: number): Worklist;
  /**
   * The row by its current cell; undefined where it is dead or evicted, and then must not be in the archive. `shown`
   * are the values of the row as the archive has it: groups that did not change since are taken from there, so that
   * the batches that wrote them need not be unpacked.
   */
  view(key: RowKey, shown?: readonly Value[]): RowView | undefined;

  /** Remembers, durably with the surrounding transaction, that the archive shall carry `nonce` once shown through. */
  intend(nonce: string, through: number): void;
  /** The archive carries the intended nonce: forget the worklist up to there. */
  confirm(): void;
  nonces(): { readonly intended: string | undefined; readonly confirmed: string | undefined };
}
