import type { Hlc, LogId } from "@jarvis-crdt/crdt";

/** The signed part of a batch, of fixed width on the wire. Normative layout: docs/wire/batch.md. */
export interface BatchHeader {
  /** Format version, 1. */
  readonly version: number;
  /** Cluster id, 16 bytes. */
  readonly cluster: Uint8Array;
  /** Author and incarnation. */
  readonly log: LogId;
  /** Which of the author's certificates signs: the first 16 bytes of the hash of its DER. */
  readonly key: Uint8Array;
  /** Number of the batch in its log, dense from 1. */
  readonly number: number;
  /** Sequence of the first operation. */
  readonly first: number;
  /** Operations in the batch, at least 1. */
  readonly count: number;
  /** Id of the log's batch before this one; for batch 1 the head of the incarnation it continues, or zeros. 32 bytes. */
  readonly previous: Uint8Array;
  /** The transaction goes on in the next batch of the log. */
  readonly continues: boolean;
  /** Id of the schema of its rows; zeros where it has none. 32 bytes. */
  readonly schema: Uint8Array;
  /** Epoch of the trust log that its author saw. */
  readonly epoch: number;
  /**
   * Smallest and greatest HLC of its operations (not of base values); where all are base values, both are the time
   * at which it was made. Never below the `hlcMax` of the batch before.
   */
  readonly hlcMin: Hlc;
  readonly hlcMax: Hlc;
  /** Merkle root of its operations. 32 bytes. */
  readonly root: Uint8Array;
}
