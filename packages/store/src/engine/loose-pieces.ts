import { maxColumns, maxPieceBytes, maxRowBytes, type Outline, pieceLengths } from "@jarvis-crdt/crdt";

const mostPieces = maxRowBytes / maxPieceBytes + maxColumns;

/** The pieces of a transaction that no operation has used so far. */
export class LoosePieces {
  #lengths: number[] = [];

  get isEmpty(): boolean {
    return this.#lengths.length === 0;
  }

  /**
   * Takes notice of the transaction's next operation, and says whether it is in order: each piece must be used by the
   * operation that comes after it, and each value in pieces must have exactly its own. O(pieces).
   */
  admits(operation: Outline): boolean {
    if (operation.kind === "piece") return this.#lengths.push(operation.length) <= mostPieces;
    const pieced = "pieced" in operation ? operation.pieced : undefined;
    if (pieced === undefined) return this.isEmpty;
    const wanted = pieceLengths(pieced);
    const found = this.#lengths;
    this.#lengths = [];
    return wanted.length === found.length && wanted.every((length, i) => length === found[i]);
  }
}
