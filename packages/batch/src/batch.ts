import type { Envelope } from "./envelope.ts";
import type { BatchHeader } from "./header.ts";

/** A batch whose envelope was verified, or that this node made: everything a store needs to keep and interpret it. */
export interface Batch {
  readonly id: Uint8Array;
  readonly header: BatchHeader;
  readonly envelope: Envelope;
  /** Canonical bytes of its operations, views on the unpacked body. None of a hollow batch, whatever its count. */
  readonly operations: readonly Uint8Array[];
  /** Leaf hashes of its operations, 32 bytes each, concatenated. */
  readonly leaves: Uint8Array;
}
