import type { LogId, RowCell, Uid } from "@jarvis-crdt/crdt";
import type { NewRow, ObjectRef } from "@jarvis-crdt/store";

const uidBytes = 16;
/** Rows that are remembered at most, 16 bytes each. */
const most = 262_144;

/** A batch of nothing but rows that were not there, and that are still as it made them. */
export interface FreshBatch {
  readonly table: ObjectRef;
  readonly first: number;
  readonly count: number;
  /** Of each row, one after the other. */
  readonly uids: Uint8Array;
}

/**
 * Remembers of which batches the cells are known without reading: while a node catches up these are nearly all. Only in
 * memory, and forgotten whenever in doubt: who asks and gets no answer reads.
 */
export class FreshRows {
  readonly #logs = new Map<LogId, FreshBatch[]>();
  /** What the transaction has added so far. */
  #added: { readonly log: LogId; readonly batch: FreshBatch }[] = [];
  #rows = 0;

  /** Rows of one batch came, of which none was there. */
  added(table: ObjectRef, log: LogId, rows: readonly NewRow[]): void {
    if (this.#rows + rows.length > most) return;
    const uids = new Uint8Array(rows.length * uidBytes);
    for (const [i, { uid }] of rows.entries()) uids.set(uid, i * uidBytes);
    this.#added.push({ log, batch: { table, first: rows[0]!.seq, count: rows.length, uids } });
  }

  /** The row was changed, or is gone. */
  changed(before: RowCell | undefined): void {
    if (before === undefined || (this.#rows === 0 && this.#added.length === 0)) return;
    for (const { log, seq } of before.adds) {
      const holds = ({ first, count }: FreshBatch) => first <= seq && seq < first + count;
      this.#added = this.#added.filter((one) => one.log !== log || !holds(one.batch));
      const batch = this.#logs.get(log)?.find(holds);
      if (batch !== undefined) this.#remove(log, batch);
    }
  }

  /** The transaction is done, and consists of batches that begin here and end with `last`. */
  settle(log: LogId, firsts: readonly number[], last: number): void {
    if (this.#added.length === 0) return;
    const batches = this.#logs.get(log) ?? [];
    this.#logs.set(log, batches);
    for (const [i, first] of firsts.entries()) {
      const count = (firsts[i + 1] ?? last + 1) - first;
      const whole = this.#added.find((one) => one.batch.first === first && one.batch.count === count);
      if (whole === undefined || whole.log !== log) continue;
      batches.push(whole.batch);
      this.#rows += count;
    }
    this.#added = [];
  }

  /** The batch that begins here, if its rows are as it made them. It is forgotten. */
  take(log: LogId, first: number): FreshBatch | undefined {
    const batch = this.#logs.get(log)?.find((one) => one.first === first);
    if (batch !== undefined) this.#remove(log, batch);
    return batch;
  }

  clear(): void {
    this.#logs.clear();
    this.#added = [];
    this.#rows = 0;
  }

  #remove(log: LogId, batch: FreshBatch): void {
    const batches = this.#logs.get(log)!.filter((one) => one !== batch);
    if (batches.length === 0) this.#logs.delete(log);
    else this.#logs.set(log, batches);
    this.#rows -= batch.count;
  }
}

/** The uid of a row of a fresh batch, a view. */
export function freshUid({ uids }: FreshBatch, index: number): Uid {
  return uids.subarray(index * uidBytes, (index + 1) * uidBytes);
}
