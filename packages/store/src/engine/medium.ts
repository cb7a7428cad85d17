import type { Batch } from "@jarvis-crdt/batch";
import type { AbandonProof, Dot, Hlc, LogId, RowEntry, Schema, SignedHeader, Uid } from "@jarvis-crdt/crdt";
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

/** What of a stored batch can be told without reading its body. */
export interface StoredHeader {
  readonly first: number;
  readonly last: number;
  readonly continues: boolean;
  readonly hlcMax: Hlc;
  readonly isHollow: boolean;
  /** Of its body and leaf hashes. */
  readonly bytes: number;
}

/** What a log holds from some operation on does not count. */
export interface VoidInterval {
  readonly log: LogId;
  /** The first sequence that does not. */
  readonly from: number;
  /** The author's operation that says so. */
  readonly by: Dot;
  readonly proof: AbandonProof;
}

/**
 * Whoever takes a hollow batch does not learn what it removed. Everything here that was written before is in doubt until it
 * was compared with what others hold.
 */
export interface Doubt {
  /** The greatest time of a batch that was taken hollow, 0 where none was: what was written later is not in doubt. */
  readonly until: Hlc;
  /** How often something came that gives cause for doubt, and how many of those were dealt with. */
  readonly causes: number;
  readonly settled: number;
}

/** Nothing came hollow. */
export const noDoubt: Doubt = { until: 0, causes: 0, settled: 0 };

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
  /** What is said of some stored batches of a log after a sequence that ends one, in order. */
  headers(log: LogId, after: number, limit: number): readonly StoredHeader[];
  /** Throws the operations of the batch away that begins with this sequence: it becomes hollow. */
  empty(log: LogId, first: number): void;
  /** Since when the transaction that begins there was found to be spent. */
  spentSince(log: LogId, first: number): Hlc | undefined;
  setSpentSince(log: LogId, first: number, since: Hlc | undefined): void;
  /** Whether the operations of that batch are still to be read by what is done behind the scenes. */
  isInUse(log: LogId, first: number): boolean;
  /** Id of the stored batch that begins with this sequence. */
  batchId(log: LogId, first: number): Uint8Array | undefined;

  addWaiting(range: TransactionRange, wait: Wait): void;
  removeWaiting(range: TransactionRange): void;
  /** Where the first transaction of a log begins that waits. */
  firstWaiting(log: LogId): number | undefined;
  /** Whether a transaction that waits holds this sequence. */
  isWaiting(log: LogId, seq: number): boolean;
  /** The transaction that waits and holds this sequence. */
  waitingAt(log: LogId, seq: number): WaitingTransaction | undefined;
  /** A transaction that waits for an operation of this range. */
  waitingFor(range: TransactionRange): WaitingTransaction | undefined;
  /** Transactions that wait for an operation, and abandon logs once they act. Mostly none: O(1) where nothing waits. */
  waitingToAbandon(): readonly WaitingTransaction[];
  waitingForSchema(id: Uint8Array): readonly WaitingTransaction[];
  /** Transactions that wait for another version of this node: `other-schema`, `unreadable`, `unknown-schema`. */
  waitingForChange(): readonly WaitingTransaction[];

  /** The first sequence of a log that does not count; undefined where all of it does. O(1). */
  voidFrom(log: LogId): number | undefined;
  voids(): Iterable<VoidInterval>;
  /**
   * From there on the log does not count, and ends before. Its batches beyond stay stored: `open`, `batchId` and
   * `signedHeader` know them, `log` and `logs` do not, and none of them waits any more. Never called with a later `from`.
   */
  abandon(interval: VoidInterval): void;
  /** The operation that a batch's first one became where it was minted anew. */
  anew(batch: Uint8Array): Dot | undefined;
  putAnew(batch: Uint8Array, first: Dot): void;
  /** Header and signature of the stored batch that begins with this sequence. */
  signedHeader(log: LogId, first: number): SignedHeader | undefined;
  /** The batch that begins with this sequence was taken hollow, or with one that was: nothing of it was interpreted here. */
  putTold(log: LogId, first: number): void;
  isTold(log: LogId, first: number): boolean;
  /** The last sequence of a log that was taken hollow; 0 where nothing was. */
  lastTold(log: LogId): number;
  /** What batches that were taken hollow leave in doubt. */
  doubt: Doubt;

  /** Cells were computed anew without the operations of this range. */
  recomputed(range: TransactionRange): void;

  schema(id: Uint8Array): Schema | undefined;

  /** A transaction was interpreted. */
  interpreted(range: TransactionRange): void;
  /** A write of a row's group was removed with its row by an author who had not seen it. */
  lostWrite(table: ObjectRef, uid: Uid, group: number, entry: RowEntry): void;
}
