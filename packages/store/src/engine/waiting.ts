import type { Dot, LogId } from "@jarvis-crdt/crdt";

/** Why a stored transaction is not interpreted. */
export type Wait =
  /** A row's write names an add that is not here yet. `abandons`: it abandons logs itself. */
  | { readonly reason: "missing-operation"; readonly dot: Dot; readonly abandons: boolean }
  /** The schema of its rows is not here yet. */
  | { readonly reason: "unknown-schema"; readonly schema: Uint8Array }
  /** Its table, a column or the grouping of columns is none of this node's. */
  | { readonly reason: "other-schema"; readonly detail: string }
  /** It holds something that this version cannot read. */
  | { readonly reason: "unreadable"; readonly detail: string };

/** A stored transaction, by its place. */
export interface TransactionRange {
  readonly log: LogId;
  readonly first: number;
  readonly last: number;
}

/** A transaction that is stored and not interpreted yet, and what it waits for. */
export interface WaitingTransaction extends TransactionRange {
  readonly wait: Wait;
}
