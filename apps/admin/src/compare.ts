import type { DigestDocument } from "./client/documents.ts";

/** What the digests of two or more nodes say. */
export interface Comparison {
  /**
   * `equal`: the same state · `behind`: they differ and have not seen the same operations, so wait and ask again ·
   * `diverged`: they have seen the same operations and differ, which must not be.
   */
  readonly verdict: "equal" | "behind" | "diverged";
  /** Logs that are not equally far everywhere, with the sequence on each node in order, 0 where it has nothing. */
  readonly logs: readonly { readonly log: string; readonly seqs: readonly number[] }[];
}

/** Compares digests taken at about the same time. O(nodes · logs). */
export function compareDigests(documents: readonly DigestDocument[]): Comparison {
  const names = new Set(documents.flatMap((document) => Object.keys(document.frontier)));
  const logs = [...names]
    .sort()
    .filter((log) => new Set(documents.map((document) => document.frontier[log]?.batch)).size > 1)
    .map((log) => ({ log, seqs: documents.map((document) => document.frontier[log]?.seq ?? 0) }));
  const equal = new Set(documents.map((document) => document.digest)).size === 1;
  return { verdict: equal ? "equal" : logs.length > 0 ? "behind" : "diverged", logs };
}
