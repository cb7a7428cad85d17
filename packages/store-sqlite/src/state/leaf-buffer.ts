import { type CellLeaf, compareNames, leafBytes, nameBytes } from "@jarvis-crdt/store";

const entryBytes = nameBytes + leafBytes;

/** Leaves that are computed and not stored yet, flat, so that tens of thousands weigh little. */
export class LeafBuffer {
  #bytes = new Uint8Array(64 * entryBytes);
  #isGone = new Uint8Array(64);
  /** The first six bytes of each name, which nearly always decide its place. */
  #order = new Float64Array(64);
  #size = 0;
  #sorted: Uint32Array | undefined;
  #next = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds the leaf of a cell; undefined where the cell is gone. Nothing may have been taken yet. */
  add(name: Uint8Array, leaf: Uint8Array | undefined): void {
    if (this.#size === this.#order.length) this.#grow();
    const at = this.#size * entryBytes;
    this.#bytes.set(name.subarray(0, nameBytes), at);
    if (leaf !== undefined) this.#bytes.set(leaf, at + nameBytes);
    this.#isGone[this.#size] = leaf === undefined ? 1 : 0;
    let order = 0;
    for (let i = 0; i < 6; i++) order = order * 256 + name[i]!;
    this.#order[this.#size++] = order;
  }

  /** Takes the next leaves in the order of their names, later ones of a name after earlier ones; none after the last. */
  take(count: number): CellLeaf[] {
    this.#sorted ??= this.#sort();
    const from = this.#next;
    this.#next = Math.min(from + count, this.#size);
    return Array.from(this.#sorted.subarray(from, this.#next), (index) => this.#at(index));
  }

  #at(index: number): CellLeaf {
    const at = index * entryBytes;
    const middle = at + nameBytes;
    const leaf = this.#isGone[index] === 1 ? undefined : this.#bytes.subarray(middle, at + entryBytes);
    return { name: this.#bytes.subarray(at, middle), leaf };
  }

  #grow(): void {
    const capacity = this.#order.length * 2;
    const [bytes, isGone, order] = [this.#bytes, this.#isGone, this.#order];
    this.#bytes = new Uint8Array(capacity * entryBytes);
    this.#bytes.set(bytes);
    this.#isGone = new Uint8Array(capacity);
    this.#isGone.set(isGone);
    this.#order = new Float64Array(capacity);
    this.#order.set(order);
  }

  #sort(): Uint32Array {
    const order = this.#order;
    const indexes = new Uint32Array(this.#size);
    for (let i = 0; i < indexes.length; i++) indexes[i] = i;
    return indexes.sort(
      (a, b) => order[a]! - order[b]! || compareNames(this.#at(a).name, this.#at(b).name) || a - b,
    );
  }
}
