import type { BatchHeader } from "@jarvis-crdt/batch";
import { decodeOperation, type Operation, type Outline, outlineOperation } from "@jarvis-crdt/crdt";

/** A stored batch whose body is unpacked. Operations are read when they are asked for, and once. */
export class OpenBatch {
  readonly header: BatchHeader;
  /** Leaf hashes of the operations, 32 bytes each. */
  readonly leaves: Uint8Array;
  /** Length of the unpacked body: what it weighs in a cache. */
  readonly bytes: number;
  readonly #encoded: readonly Uint8Array[];
  readonly #outlines: Outline[] = [];
  readonly #decoded = new Map<number, Operation>();

  constructor(header: BatchHeader, encoded: readonly Uint8Array[], leaves: Uint8Array, bytes: number) {
    this.header = header;
    this.#encoded = encoded;
    this.leaves = leaves;
    this.bytes = bytes;
  }

  /** Sequence of the last operation. */
  get last(): number {
    return this.header.first + this.header.count - 1;
  }

  /** Throws `CrdtError` where the author wrote no operation of this version. */
  outline(index: number): Outline {
    this.#outlines[index] ??= outlineOperation(this.#bytes(index), this.header);
    return this.#outlines[index];
  }

  /** The operation with this sequence. */
  of(seq: number): Operation {
    const index = seq - this.header.first;
    const known = this.#decoded.get(index);
    if (known !== undefined) return known;
    const operation = decodeOperation(this.#bytes(index), this.header);
    this.#decoded.set(index, operation);
    return operation;
  }

  /** The bytes of the piece with this sequence. Not kept. */
  piece(seq: number): Uint8Array {
    const operation = decodeOperation(this.#bytes(seq - this.header.first), this.header);
    if (operation.kind !== "piece") throw new Error(`operation ${seq} of ${this.header.log} is no piece`);
    return operation.bytes;
  }

  /** Leaf hash of the operation with this sequence, a view. */
  leaf(seq: number): Uint8Array {
    const at = (seq - this.header.first) * 32;
    return this.leaves.subarray(at, at + 32);
  }

  #bytes(index: number): Uint8Array {
    const bytes = this.#encoded[index];
    if (bytes === undefined) throw new RangeError(`no operation ${index} in a batch of ${this.header.count}`);
    return bytes;
  }
}
