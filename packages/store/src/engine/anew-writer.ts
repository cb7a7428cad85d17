import { type MakeCrypto, makeBatch } from "@jarvis-crdt/batch";
import { encodeOperation, type Hlc, type LogId, type Operation } from "@jarvis-crdt/crdt";
import type { Medium } from "./medium.ts";
import { OpenBatch } from "./open-batch.ts";

export interface AnewWriterOptions extends MakeCrypto {
  readonly medium: Medium;
  readonly cluster: Uint8Array;
  /** A log that nothing was minted into. */
  readonly log: LogId;
  readonly previous: Uint8Array;
}

/** What a batch takes over of the one that it replaces. */
export interface AnewHeader {
  readonly hlcMin: Hlc;
  readonly hlcMax: Hlc;
  readonly schema: Uint8Array;
  readonly epoch: number;
}

/** Writes the batches of one transaction into a fresh log. */
export class AnewWriter {
  readonly #options: AnewWriterOptions;
  #previous: Uint8Array;
  #number = 1;
  #first = 1;

  constructor(options: AnewWriterOptions) {
    this.#options = options;
    this.#previous = options.previous;
  }

  /** The last sequence that was written. */
  get last(): number {
    return this.#first - 1;
  }

  write(operations: readonly Operation[], like: AnewHeader, continues: boolean): void {
    const { log, cluster, medium } = this.#options;
    const { hlcMin } = like;
    const batch = makeBatch(
      {
        ...like,
        cluster,
        log,
        number: this.#number++,
        first: this.#first,
        previous: this.#previous,
        continues,
        operations: operations.map((operation) => encodeOperation(operation, { log, hlcMin })),
      },
      this.#options,
    );
    const { header, envelope } = batch;
    medium.append(batch, new OpenBatch(header, batch, envelope.rawLength));
    this.#previous = batch.id;
    this.#first += header.count;
  }
}
