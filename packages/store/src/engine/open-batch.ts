import type { BatchHeader } from "@jarvis-crdt/batch";
import { decodeOperation, type Operation, type Outline, outlineOperation } from "@jarvis-crdt/crdt";
import type { AddedRows } from "./added-rows.ts";

/** What a batch holds, unpacked. */
export interface BatchContent {
  readonly operations: readonly Uint8Array[];
  /** Leaf hashes of the operations, 32 bytes each. */
  readonly leaves: Uint8Array;
}

/** A stored batch whose body is unpacked. Operations are read when they are asked for, and once. */
export class OpenBatch {
  readonly header: BatchHeader;
  /** Length of the unpacked body: what it weighs in a cache. */
  readonly bytes: number;
  readonly #load: (() => BatchContent) | undefined;
  #content: BatchContent | undefined;
  readonly #rows: AddedRows | undefined;
  readonly #outlines: Outline[] = [];
  readonly #decoded = new Map<number, Operation>();

  constructor(header: BatchHeader, content: BatchContent, bytes: number);
  /** One of which the outlines are known, and the rest is loaded if it is asked for. */
  constructor(header: BatchHeader, load: () => BatchContent, bytes: number, rows: AddedRows);
  constructor(
    header: BatchHeader,
    content: BatchContent | (() => BatchContent),
    bytes: number,
    rows?: AddedRows,
  ) {
    this.header = header;
    this.bytes = bytes;
    this.#rows = rows;
    if (typeof content === "function") this.#load = content;
    else this.#content = content;
  }

  /** Whether its operations were thrown away: none of them can be read. */
  get isHollow(): boolean {
    return this.#content?.operations.length === 0;
  }

  /** Sequence of the last operation. */
  get last(): number {
    return this.header.first + this.header.count - 1;
  }

  /** Throws `CrdtError` where the author wrote no operation of this version. */
  outline(index: number): Outline {
    if (this.#rows !== undefined) return this.#rows.outline(index);
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
    return this.#read().leaves.subarray(at, at + 32);
  }

  #bytes(index: number): Uint8Array {
    const bytes = this.#read().operations[index];
    if (bytes === undefined) throw new RangeError(`no operation ${index} in a batch of ${this.header.count}`);
    return bytes;
  }

  #read(): BatchContent {
    this.#content ??= this.#load!();
    return this.#content;
  }
}
