import type { BatchHeader } from "@jarvis-crdt/batch";
import { decodeOperation, type Operation, peekRow, type Uid } from "@jarvis-crdt/crdt";

/** A stored batch whose body is unpacked. Operations are decoded when they are asked for, and once. */
export class OpenBatch {
  readonly header: BatchHeader;
  /** Leaf hashes of the operations, 32 bytes each. */
  readonly leaves: Uint8Array;
  /** Length of the unpacked body: what it weighs in a cache. */
  readonly bytes: number;
  readonly #decoded: (Operation | undefined)[];
  /** Empty once all are decoded: then the body need not be kept. */
  #encoded: readonly Uint8Array[];
  #left: number;

  constructor(
    header: BatchHeader,
    encoded: readonly Uint8Array[],
    leaves: Uint8Array,
    bytes: number,
    decoded: (Operation | undefined)[] = [],
  ) {
    this.header = header;
    this.#left = header.count - decoded.length;
    this.#encoded = this.#left > 0 ? encoded : [];
    this.leaves = leaves;
    this.bytes = bytes;
    this.#decoded = decoded;
  }

  /** Sequence of the last operation. */
  get last(): number {
    return this.header.first + this.header.count - 1;
  }

  /** Throws `CrdtError` where the author wrote no operation of this version. */
  at(index: number): Operation {
    const known = this.#decoded[index];
    if (known !== undefined) return known;
    const bytes = this.#encoded[index];
    if (bytes === undefined) throw new RangeError(`no operation ${index} in a batch of ${this.header.count}`);
    const operation = decodeOperation(bytes, this.header);
    this.#decoded[index] = operation;
    if (--this.#left === 0) this.#encoded = [];
    return operation;
  }

  /** Which row an operation is about, undefined where it is about none. Decodes nothing else. */
  rowAt(index: number): { readonly table: number; readonly uid: Uid } | undefined {
    const known = this.#decoded[index];
    if (known !== undefined) return "table" in known ? known : undefined;
    const bytes = this.#encoded[index];
    if (bytes === undefined) throw new RangeError(`no operation ${index} in a batch of ${this.header.count}`);
    return peekRow(bytes);
  }

  /** The operation with this sequence. */
  of(seq: number): Operation {
    return this.at(seq - this.header.first);
  }

  /** Leaf hash of the operation with this sequence, a view. */
  leaf(seq: number): Uint8Array {
    const at = (seq - this.header.first) * 32;
    return this.leaves.subarray(at, at + 32);
  }
}
