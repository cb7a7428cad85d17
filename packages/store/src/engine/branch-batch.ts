import type { Batch } from "@jarvis-crdt/batch";
import { CrdtError } from "@jarvis-crdt/crdt";
import { OpenBatch } from "./open-batch.ts";

/** A batch of a log that is abandoned, stored or shown. */
export interface BranchBatch {
  readonly id: Uint8Array;
  readonly open: OpenBatch;
}

export function opened(batch: Batch): BranchBatch {
  return { id: batch.id, open: new OpenBatch(batch.header, batch, batch.envelope.rawLength) };
}

/** Without a transaction at the end that is not whole: nobody was told that it is written. */
export function untilWhole(batches: readonly BranchBatch[]): readonly BranchBatch[] {
  const last = batches.findLastIndex(({ open }) => !open.header.continues);
  return batches.slice(0, last + 1);
}

/** Without transactions that this version cannot read: they stay as they are, and are listed. */
export function readable(batches: readonly BranchBatch[]): readonly BranchBatch[] {
  const kept: BranchBatch[] = [];
  let transaction: BranchBatch[] = [];
  for (const batch of batches) {
    transaction.push(batch);
    if (batch.open.header.continues) continue;
    if (transaction.every(({ open }) => isReadable(open))) kept.push(...transaction);
    transaction = [];
  }
  return kept;
}

function isReadable(batch: OpenBatch): boolean {
  if (batch.isHollow) return false;
  try {
    for (let i = 0; i < batch.header.count; i++) batch.outline(i);
    return true;
  } catch (error) {
    if (error instanceof CrdtError) return false;
    throw error;
  }
}
