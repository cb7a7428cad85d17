import type { Batch } from "@jarvis-crdt/batch";
import type { LogId, RowEntry, Schema, Uid } from "@jarvis-crdt/crdt";
import type { Cells } from "./cells.ts";
import type { ObjectRef } from "./object.ts";
import type { OpenBatch } from "./open-batch.ts";
import type { TransactionRange, Wait, WaitingTransaction } from "./waiting.ts";

/** How far a log is stored. */
export interface LogState {
  readonly id: LogId;
  /** Last stored sequence. */
  readonly seq: number;
  /** Number of the last stored batch. */
  readonly number: number;
  /** Last sequence of the last transaction that is stored whole; what follows is the beginning of one. */
  readonly whole: number;
  /** Id of the last stored batch. */
  readonly head: Uint8Array;
}

/**
 * Where the engine keeps things: maps in memory, tables in a file. Everything is synchronous and happens inside one
 * transaction of the medium, which the engine's caller opens; when that fails, nothing of it remains.
 */
export interface Medium {
  readonly cells: Cells;

  log(id: LogId): LogState | undefined;
  logs(): Iterable<LogState>;
  /** Stores a batch that continues its log, and advances the log by it. */
  append(batch: Batch, open: OpenBatch): void;
  /** The transaction of this batch, just stored, goes on: it will be outlined once more when it is whole. */
  goesOn(batch: OpenBatch): void;
  /** The transactions of a log up to here are stored whole. */
  setWhole(log: LogId, seq: number): void;
  /** The stored batch that holds this sequence. */
  open(log: LogId, seq: number): OpenBatch | undefined;
  /** Id of the stored batch that begins with this sequence. */
  batchId(log: LogId, first: number): Uint8Array | undefined;

  addWaiting(range: TransactionRange, wait: Wait): void;
  removeWaiting(range: TransactionRange): void;
  /** Whether a transaction that waits holds this sequence. */
  isWaiting(log: LogId, seq: number): boolean;
  /** A transaction that waits for an operation of this range. */
  waitingFor(range: TransactionRange): WaitingTransaction | undefined;
  waitingForSchema(id: Uint8Array): readonly WaitingTransaction[];
  /** Transactions that wait for another version of this node: `other-schema`, `unreadable`, `unknown-schema`. */
  waitingForChange(): readonly WaitingTransaction[];

  schema(id: Uint8Array): Schema | undefined;

  /** A transaction was interpreted. */
  interpreted(range: TransactionRange): void;
  /** A write of a row's group was removed with its row by an author who had not seen it. */
  lostWrite(table: ObjectRef, uid: Uid, group: number, entry: RowEntry): void;
}
