import { addToSet, joinSets, type SetCell } from "../cells/set-cell.ts";
import type { Dot } from "../dot.ts";
import { CellMap, type CellMapState } from "../parts/cell-map.ts";
import { neverDead } from "../parts/seen.ts";
import type { Value } from "../value.ts";

/** A state or a delta of a set: elements with their live adds, and the adds that are known. */
export type ORSetState<V extends Value> = CellMapState<V, Dot>;

/**
 * A set in which an add wins against a concurrent remove, without tombstones (Bieniusa et al. 2012, the optimised
 * OR-Set). Elements are the same if their canonical bytes are.
 *
 * Costs: an element and a dot for each of its concurrent adds; one number per replica that ever added; nothing for what
 * was removed. Add and remove O(size of the element).
 * Not guaranteed: that a removed element stays away; whoever adds it at the same time wins. `RWSet` is the other way.
 *
 * ```ts
 * const a = new ORSet<string>("a");
 * const b = new ORSet<string>("b");
 * b.merge(a.add("x"));
 * const removal = b.remove("x");
 * a.add("x");
 * a.merge(removal);
 * a.has("x"); // true
 * ```
 */
export class ORSet<V extends Value> {
  readonly #cells: CellMap<V, Dot, SetCell>;

  constructor(node: string) {
    this.#cells = new CellMap<V, Dot, SetCell>(node, joinSets);
  }

  get size(): number {
    return this.#cells.size;
  }

  has(element: V): boolean {
    return this.#cells.get(element) !== undefined;
  }

  *values(): IterableIterator<V> {
    for (const [element] of this.#cells.entries()) yield element;
  }

  /** The whole state, for `merge` elsewhere. A view: it changes with the set. */
  get state(): ORSetState<V> {
    return this.#cells.state;
  }

  /** Adds and returns the delta. Throws `invalid-value` or `too-large`. O(size of the element). */
  add(element: V): ORSetState<V> {
    const dot = this.#cells.nextDot();
    const seen = this.#cells.update(element, (cell) => addToSet(cell, dot, cell ?? [], neverDead)) ?? [];
    return this.#cells.delta(element, [dot], [...seen, dot]);
  }

  /** Removes and returns the delta; of an element that is not there, an empty one. */
  remove(element: V): ORSetState<V> {
    return this.#cells.delta(element, [], this.#cells.update(element, () => undefined) ?? []);
  }

  /** Joins a state or a delta. Whether anything changed. O(elements) for a state, O(its elements) for a delta. */
  merge(other: ORSetState<V>): boolean {
    return this.#cells.merge(other);
  }
}
