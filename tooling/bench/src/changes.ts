import { type Entry, rowGenerator } from "@jarvis-crdt/fixtures";

/** How many rows are changed once everything is in place. */
export const changedRows = 100;

/** The entries of a measurement, in order. */
export function benchEntries(seed: number, rows: number): IteratorObject<Entry> {
  return rowGenerator(seed, "bench").take(rows);
}

/** Positions of the entries that change, spread over all of them. */
export function changedPositions(rows: number): ReadonlySet<number> {
  const count = Math.min(changedRows, rows);
  return new Set(Array.from({ length: count }, (_, i) => Math.floor((i * rows) / count)));
}

/** An entry after the verifier has judged it, in the given round of changes. */
export function judged(entry: Entry, round: number): Entry {
  return {
    ...entry,
    verification_status: status(round),
    verification_score: 0.75,
    verification_model: "llama3:8b",
    verification_timestamp: entry.timestamp,
    verification_details: JSON.stringify({
      is_verified: true,
      round,
      reasoning: entry.content.slice(0, 120),
    }),
  };
}

/** By which the entries that a round changed are found again. */
export function status(round: number): string {
  return `bench-${round}`;
}
