import { framedLength } from "./body.ts";
import { BatchError } from "./error.ts";
import { acceptRawBytes, closeBytes, closeOperations } from "./limits.ts";

/** A run of a transaction's operations that makes one batch. */
export interface OperationRun {
  /** Index of its first operation in the transaction. */
  readonly start: number;
  readonly operations: readonly Uint8Array[];
  /** For the header: the transaction goes on in the next batch. */
  readonly continues: boolean;
}

/**
 * Cuts a transaction into runs for consecutive batches: a run is closed at `closeOperations`, and before it exceeds
 * `closeBytes`, but holds at least one operation. No operations give no run. Throws `BatchError` `too-large` for an
 * operation that fits into no batch. O(operations).
 */
export function splitTransaction(operations: readonly Uint8Array[]): readonly OperationRun[] {
  const runs: OperationRun[] = [];
  let start = 0;
  let bytes = 0;
  for (let i = 0; i < operations.length; i++) {
    const length = operations[i]!.length;
    if (framedLength(length) > acceptRawBytes) {
      throw new BatchError(
        "too-large",
        `operation ${i} has ${length} bytes; a batch holds ${acceptRawBytes}`,
      );
    }
    if (i > start && (i - start === closeOperations || bytes + length > closeBytes)) {
      runs.push({ start, operations: operations.slice(start, i), continues: true });
      start = i;
      bytes = 0;
    }
    bytes += length;
  }
  if (start < operations.length) {
    runs.push({ start, operations: operations.slice(start), continues: false });
  }
  return runs;
}
