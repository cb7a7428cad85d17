import type { Frontier, LogId } from "@jarvis-crdt/crdt";
import type { Stretch } from "../collection/collect.ts";
import type { Counts, VoidLog } from "../store.ts";
import { lastStored } from "./branches.ts";
import type { Engine } from "./engine.ts";
import type { Medium } from "./medium.ts";

/** The last sequence of each log that counts, and its batch. */
export function frontierOf(medium: Medium): Frontier {
  return new Map(Array.from(medium.logs(), ({ id, seq, head }) => [id, { seq, batch: head }]));
}

/** What all logs hold that counts. */
export function logTotals(medium: Medium): Pick<Counts, "operations" | "batches"> {
  let operations = 0;
  let batches = 0;
  for (const { seq, number } of medium.logs()) {
    operations += seq;
    batches += number;
  }
  return { operations, batches };
}

/** Up to where each log is interpreted without a gap, and after what nothing of that was taken hollow. */
export function interpretedLogs(medium: Medium): ReadonlyMap<LogId, Stretch> {
  const logs = [...medium.logs()].map(({ id, whole }): [LogId, Stretch] => {
    const through = Math.min(whole, (medium.firstWaiting(id) ?? whole + 1) - 1);
    return [id, { after: Math.min(through, medium.lastTold(id)), through }];
  });
  return new Map(logs);
}

/** Logs of which the rest does not count, whether that is stored or not. */
export function voidLogs(medium: Medium, engine: Engine): readonly VoidLog[] {
  const unsettled = new Set(engine.unsettled());
  return [...medium.voids()].map(({ log, from, by, proof }) => {
    const last = Math.max(from - 1, lastStored(medium, log));
    // One batch proves a stamp, two prove a fork.
    const reason = proof.length === 1 ? "clock-ahead" : "fork";
    return { log, from, by, operations: last - from + 1, isUnsettled: unsettled.has(log), reason };
  });
}
