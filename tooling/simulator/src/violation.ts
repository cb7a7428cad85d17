/** What must never be. */
export const invariants = [
  "convergence",
  "acknowledged-write-lost",
  "resurrected",
  "half-a-transaction",
  "frontier-is-content",
  "state-follows-from-operations",
  "acknowledged-before-stored",
  "synchronised-before-stored",
  "unbounded-queue",
  "honest-peer-refused",
  "forged-content-accepted",
  "defect",
] as const;
export type Invariant = (typeof invariants)[number];

/** An invariant that did not hold, and where. */
export interface Violation {
  readonly invariant: Invariant;
  /** Milliseconds since the beginning. */
  readonly at: number;
  readonly detail: string;
}
