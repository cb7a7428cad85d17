import type { BatchHeader } from "@jarvis-crdt/batch";
import type { LogId } from "@jarvis-crdt/crdt";
import { AddedRows, type OpenBatch } from "@jarvis-crdt/store";

/** Rows that are remembered at most, 32 bytes each. */
const most = 262_144;

export interface Outlined {
  readonly header: BatchHeader;
  readonly rows: AddedRows;
}

/**
 * The outlines of batches whose transaction goes on, from when they were unpacked until it is whole: a transaction of
 * thousands of rows is then interpreted without unpacking it again. Who finds none reads.
 */
export class KeptOutlines {
  readonly #logs = new Map<LogId, Map<number, Outlined>>();
  #rows = 0;

  add(batch: OpenBatch): void {
    const { header } = batch;
    const { log, first, count } = header;
    const rows = AddedRows.of(batch);
    if (rows === undefined || this.#rows + count > most) return;
    const batches = this.#logs.get(log) ?? new Map<number, Outlined>();
    this.#logs.set(log, batches);
    batches.set(first, { header, rows });
    this.#rows += count;
  }

  get(log: LogId, first: number): Outlined | undefined {
    return this.#logs.get(log)?.get(first);
  }

  /** The log's transactions are whole. */
  forget(log: LogId): void {
    for (const { header } of this.#logs.get(log)?.values() ?? []) this.#rows -= header.count;
    this.#logs.delete(log);
  }

  clear(): void {
    this.#logs.clear();
    this.#rows = 0;
  }
}
