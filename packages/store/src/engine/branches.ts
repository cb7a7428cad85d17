import { type Envelope, isHollow } from "@jarvis-crdt/batch";
import type { FrontierEntry, LogId } from "@jarvis-crdt/crdt";
import { equalBytes } from "./bytes.ts";
import type { Medium } from "./medium.ts";

/** The last sequence of the last of `points` that is stored here as it says; 0 where none is. */
export function commonPoint(medium: Medium, log: LogId, points: readonly FrontierEntry[]): number {
  const common = points.findLast(({ seq, batch }) => {
    const stored = seq > 0 ? medium.open(log, seq) : undefined;
    const id = stored?.last === seq ? medium.batchId(log, stored.header.first) : undefined;
    return id !== undefined && equalBytes(id, batch);
  });
  return common?.seq ?? 0;
}

/** What can be minted anew of a branch: nothing from a hollow batch on. */
export function untilHollow(envelopes: readonly Envelope[]): readonly Envelope[] {
  const hollow = envelopes.findIndex(isHollow);
  return hollow < 0 ? envelopes : envelopes.slice(0, hollow);
}

/** Ends of stored batches of a log, whether they count or not, ascending, with gaps that double. O(log operations). */
export function pointsOf(medium: Medium, log: LogId): readonly FrontierEntry[] {
  const points: FrontierEntry[] = [];
  for (let back = 1, seq = lastStored(medium, log); seq > 0; seq -= back, back *= 2) {
    const open = medium.open(log, seq);
    if (open === undefined) break;
    seq = open.last;
    points.unshift({ seq, batch: medium.batchId(log, open.header.first)! });
    seq = open.header.first;
  }
  return points;
}

/** The last sequence that is stored, whether it counts or not. */
export function lastStored(medium: Medium, log: LogId): number {
  let last = medium.log(log)?.seq ?? 0;
  for (;;) {
    const open = medium.open(log, last + 1);
    if (open === undefined) return last;
    last = open.last;
  }
}
