import type { Batch, BatchHeader } from "@jarvis-crdt/batch";
import { equalBytes } from "./bytes.ts";
import type { LogState, Medium } from "./medium.ts";

/** Where a verified batch belongs: behind what is stored, among it, or why nowhere. What does not count is passed over. */
export function placementOf(
  medium: Medium,
  cluster: Uint8Array,
  { header, id }: Batch,
): "next" | "stored" | string {
  const state = medium.log(header.log);
  if (!equalBytes(header.cluster, cluster)) return "wrong-cluster";
  if (header.first >= (medium.voidFrom(header.log) ?? Number.POSITIVE_INFINITY)) return "stored";
  if (state !== undefined && header.first <= state.seq) {
    const stored = medium.batchId(header.log, header.first);
    return stored !== undefined && equalBytes(stored, id) ? "stored" : "fork";
  }
  return continuity(header, state) ?? "next";
}

function continuity(header: BatchHeader, state: LogState | undefined): string | undefined {
  if (header.first !== (state?.seq ?? 0) + 1 || header.number !== (state?.number ?? 0) + 1) return "gap";
  if (state !== undefined && !equalBytes(header.previous, state.head)) return "fork";
  return undefined;
}
