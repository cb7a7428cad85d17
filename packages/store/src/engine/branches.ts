import { type Envelope, isHollow } from "@jarvis-crdt/batch";
import type { FrontierEntry, LogId } from "@jarvis-crdt/crdt";
import type { Stretch } from "../collection/collect.ts";
import type { VoidLog } from "../store.ts";
import { equalBytes } from "./bytes.ts";
import type { Engine } from "./engine.ts";
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

/** Up to where each log is interpreted without a gap, and after what nothing of that was taken hollow. */
export function interpretedLogs(medium: Medium): ReadonlyMap<LogId, Stretch> {
  const logs = [...medium.logs()].map(({ id, whole }): [LogId, Stretch] => {
    const through = Math.min(whole, (medium.firstWaiting(id) ?? whole + 1) - 1);
    return [id, { after: Math.min(through, medium.lastTold(id)), through }];
  });
  return new Map(logs);
}

export function voidLogs(medium: Medium, engine: Engine): readonly VoidLog[] {
  const unsettled = new Set(engine.unsettled());
  return [...medium.voids()].map(({ log, from, by }) => {
    const last = Math.max(from - 1, lastStored(medium, log));
    return { log, from, by, operations: last - from + 1, isUnsettled: unsettled.has(log) };
  });
}

/** The last sequence that is stored, whether it counts or not. */
function lastStored(medium: Medium, log: LogId): number {
  let last = medium.log(log)?.seq ?? 0;
  for (;;) {
    const open = medium.open(log, last + 1);
    if (open === undefined) return last;
    last = open.last;
  }
}
