import { type ElementKey, ElementMap, elementKey } from "../parts/element-key.ts";
import type { Value } from "../value.ts";

/** A state or a delta of a grow-only set: elements. */
export type GSetState<V extends Value> = Iterable<V>;

/**
 * A set that only grows: ids that were seen, capabilities, anything that is never deleted (Shapiro et al. 2011,
 * "G-Set"). It is `ORSet`'s meaning where nobody removes; without removes the dots say nothing, so there are none, and
 * the join is the union.
 *
 * Costs: the elements. Add O(size of the element), merge O(elements of what is merged).
 * Not guaranteed: any bound on its size, who added an element or when. `GrowLog` tells that.
 *
 * ```ts
 * const a = new GSet<string>();
 * const b = new GSet<string>();
 * b.merge(a.add("x"));
 * b.has("x"); // true
 * b.merge(["x"]); // false: nothing new
 * ```
 */
export class GSet<V extends Value> {
  readonly #elements = new ElementMap<V, true>();

  get size(): number {
    return this.#elements.size;
  }

  has(element: V): boolean {
    return this.#elements.get(elementKey(element)) === true;
  }

  *values(): IterableIterator<V> {
    for (const key of this.#elements.keys()) yield this.#elements.element(key);
  }

  /** The whole state, for `merge` elsewhere. A view: it changes with the set. */
  get state(): GSetState<V> {
    return { [Symbol.iterator]: () => this.values() };
  }

  /** Adds and returns the delta. Throws `invalid-value` or `too-large`. */
  add(element: V): GSetState<V> {
    this.#add(elementKey(element), element);
    return [element];
  }

  /** Joins a state or a delta. Whether anything changed. Throws like `add`, having changed nothing. */
  merge(other: GSetState<V>): boolean {
    let changed = false;
    for (const [key, element] of [...other].map((one) => [elementKey(one), one] as const)) {
      changed = this.#add(key, element) || changed;
    }
    return changed;
  }

  #add(key: ElementKey, element: V): boolean {
    if (this.#elements.get(key)) return false;
    this.#elements.set(key, element, true);
    return true;
  }
}
