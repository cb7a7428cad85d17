import type { Entry } from "@jarvis-crdt/fixtures";

/** One library, as one would use it for the archive's entries. */
export interface Adapter {
  /** An empty replica. */
  open(name: "a" | "b"): Replica | Promise<Replica>;
}

export interface Replica {
  /** One local transaction of entries that are new. */
  insert(entries: readonly Entry[]): void | Promise<void>;
  /** One local transaction of entries whose verification columns have changed. */
  judge(entries: readonly Entry[]): void | Promise<void>;
  /** Brings `other` up to date as cheaply as the library can; all that one tells the other passes `wire`. */
  sendTo(other: this, wire: Wire): void | Promise<void>;
  /** Every entry it holds now, in any order. */
  entries(): Iterable<Entry> | Promise<Iterable<Entry>>;
}

/** Counts a message and hands over a copy, as any transport would. */
export type Wire = (message: Uint8Array) => Uint8Array;

export const judgedColumns = [
  "verification_status",
  "verification_score",
  "verification_model",
  "verification_timestamp",
  "verification_details",
] as const satisfies readonly (keyof Entry)[];
