import { type Batch, decodeHeader, isHollow } from "@jarvis-crdt/batch";
import type { LogId } from "@jarvis-crdt/crdt";
import type { Doubts } from "../store.ts";
import type { Medium } from "./medium.ts";

/** What lives here and may have been removed by what was taken hollow. O(logs). */
export function doubtsOf(medium: Medium): Doubts | undefined {
  const { until, causes, settled } = medium.doubt;
  if (causes === settled) return undefined;
  const logs: { log: LogId; through: number }[] = [];
  for (const { id: log, whole: through } of medium.logs()) {
    const first = medium.signedHeader(log, 1);
    if (first !== undefined && through > 0 && decodeHeader(first.header).hlcMin <= until)
      logs.push({ log, through });
  }
  return { logs, causes };
}

/** What came may be what a batch taken hollow removed, or is such a batch. */
export function raiseDoubt(medium: Medium, { header, envelope }: Batch): void {
  const { until, causes, settled } = medium.doubt;
  if (!isHollow(envelope) && header.hlcMin > until) return;
  const latest = isHollow(envelope) ? Math.max(until, header.hlcMax) : until;
  medium.doubt = { until: latest, causes: causes + 1, settled };
}

/** What was asked for up to then was answered. */
export function settleDoubts(medium: Medium, { causes }: Doubts): void {
  const { doubt } = medium;
  medium.doubt = { ...doubt, settled: Math.max(doubt.settled, causes) };
}
