import { type Batch, closeBytes, closeOperations, type MakeCrypto, makeBatch } from "@jarvis-crdt/batch";
import {
  type Dot,
  type EncodedRowAdd,
  encodeOperation,
  type Hlc,
  type LogId,
  type Operation,
} from "@jarvis-crdt/crdt";
import { OpenBatch } from "./open-batch.ts";

/** Sizes at which a draft makes a cut. */
export interface DraftLimits {
  /** A batch is closed at so many operations, or before it exceeds so many bytes of them. */
  readonly operations: number;
  readonly bytes: number;
  /** Bytes of operations after which a transaction is cut: receivers store it whole before any of it acts. */
  readonly transaction: number;
}

export const usualLimits: DraftLimits = {
  operations: closeOperations,
  bytes: closeBytes,
  transaction: 256 * 1024 * 1024,
};

/** What the batches of a draft have in common, and where they begin. */
export interface DraftStart {
  readonly log: LogId;
  readonly cluster: Uint8Array;
  /** Id of the batch before; for the first of a log what its header names. */
  readonly previous: Uint8Array;
  readonly number: number;
  readonly first: number;
  readonly schema: Uint8Array;
  readonly epoch: number;
  /** Stamp of batches that hold base values only. Called at most once per batch. */
  readonly stamp: () => Hlc;
}

export interface DraftedBatch {
  readonly batch: Batch;
  readonly open: OpenBatch;
}

/**
 * Turns the operations of one transaction into consecutive signed batches. A batch is closed at 1000 operations or
 * 256 KiB. Stamps are encoded relative to their batch, so an operation is encoded when its batch is known.
 */
export class Draft {
  readonly #start: DraftStart;
  readonly #crypto: MakeCrypto;
  readonly #keep: (made: DraftedBatch) => void;
  readonly #limits: DraftLimits;
  #previous: Uint8Array;
  #number: number;
  #first: number;
  #encoded: Uint8Array[] = [];
  #bytes = 0;
  #total = 0;
  #transactions = 0;
  #hlcMin: Hlc | undefined;
  #hlcMax: Hlc | undefined;

  /** `keep` is given each batch when it is made. */
  constructor(
    start: DraftStart,
    crypto: MakeCrypto,
    keep: (made: DraftedBatch) => void,
    limits: DraftLimits = usualLimits,
  ) {
    this.#limits = limits;
    this.#start = start;
    this.#crypto = crypto;
    this.#keep = keep;
    this.#previous = start.previous;
    this.#number = start.number;
    this.#first = start.first;
  }

  /** Transactions that were ended: more than one where what was asked for is larger than a transaction may be. */
  get transactions(): number {
    return this.#transactions;
  }

  /** The dot of the operation that is added next. */
  next(): Dot {
    return { log: this.#start.log, seq: this.#first + this.#encoded.length };
  }

  /**
   * Adds an operation after the pieces of its values; all of them stay in one transaction. Throws `CrdtError` for an
   * operation that cannot be written.
   */
  add(operation: Operation | EncodedRowAdd, pieces: readonly Uint8Array[] = []): void {
    if (pieces.length > 0) {
      const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
      if (this.#encoded.length > 0 && this.#total + bytes > this.#limits.transaction) this.#close(false);
    }
    for (const piece of pieces) this.#add({ kind: "piece", stamp: operation.stamp, bytes: piece }, true);
    this.#add(operation, pieces.length > 0);
  }

  #add(operation: Operation | EncodedRowAdd, goesOn: boolean): void {
    const stamp = operation.stamp === "base" ? undefined : operation.stamp;
    let bytes = this.#encode(operation, this.#hlcMin ?? stamp);
    if (this.#encoded.length === this.#limits.operations || this.#bytes + bytes.length > this.#limits.bytes) {
      if (this.#encoded.length > 0) {
        this.#close(goesOn || this.#total < this.#limits.transaction);
        bytes = this.#encode(operation, stamp);
      }
    }
    this.#encoded.push(bytes);
    this.#bytes += bytes.length;
    this.#total += bytes.length;
    if (stamp !== undefined) {
      this.#hlcMin ??= stamp;
      this.#hlcMax = stamp;
    }
  }

  /** Makes the last batch, if there is any operation. */
  finish(): void {
    if (this.#encoded.length > 0) this.#close(false);
  }

  #encode(operation: Operation | EncodedRowAdd, hlcMin: Hlc | undefined): Uint8Array {
    return encodeOperation(operation, { log: this.#start.log, hlcMin: hlcMin ?? 1 });
  }

  #close(continues: boolean): void {
    const { log, cluster, schema, epoch } = this.#start;
    const hlcMin = this.#hlcMin ?? this.#start.stamp();
    const batch = makeBatch(
      {
        cluster,
        log,
        number: this.#number,
        first: this.#first,
        previous: this.#previous,
        continues,
        schema,
        epoch,
        hlcMin,
        hlcMax: this.#hlcMax ?? hlcMin,
        operations: this.#encoded,
      },
      this.#crypto,
    );
    const { header, operations, leaves, envelope } = batch;
    this.#keep({
      batch,
      open: new OpenBatch(header, { operations, leaves }, envelope.rawLength),
    });
    this.#previous = batch.id;
    this.#number++;
    this.#first += header.count;
    this.#encoded = [];
    this.#bytes = 0;
    this.#hlcMin = undefined;
    this.#hlcMax = undefined;
    if (continues) return;
    this.#total = 0;
    this.#transactions++;
  }
}
