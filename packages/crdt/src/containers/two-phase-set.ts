import type { Value } from "../value.ts";
import { GSet, type GSetState } from "./g-set.ts";

/** A state or a delta: what was added, and what was removed. */
export interface TwoPhaseSetState<V extends Value> {
  readonly added: GSetState<V>;
  readonly removed: GSetState<V>;
}

/**
 * A set whose elements come once and go once, for ever: revoked ids, finished jobs (Shapiro et al. 2011, "2P-Set"). It is
 * two grow-only sets, of what was added and of what was removed; the removed ones win, in every order, without clock,
 * dots or names of replicas.
 *
 * Costs: every element that ever was in it. Add and remove O(size of the element); `size` and `values` O(all of them).
 * Not guaranteed: that `add` has an effect; of an element that was removed anywhere it has none. `ORSet` forgets.
 *
 * ```ts
 * const a = new TwoPhaseSet<string>();
 * const b = new TwoPhaseSet<string>();
 * b.merge(a.add("key-7"));
 * a.merge(b.remove("key-7"));
 * a.add("key-7");
 * a.has("key-7"); // false
 * ```
 */
export class TwoPhaseSet<V extends Value> {
  readonly #added = new GSet<V>();
  readonly #removed = new GSet<V>();

  get size(): number {
    return this.#added.size - this.#removed.size;
  }

  has(element: V): boolean {
    return this.#added.has(element) && !this.#removed.has(element);
  }

  *values(): IterableIterator<V> {
    for (const element of this.#added.values()) if (!this.#removed.has(element)) yield element;
  }

  /** The whole state, for `merge` elsewhere. A view: it changes with the set. */
  get state(): TwoPhaseSetState<V> {
    return { added: this.#added.state, removed: this.#removed.state };
  }

  /** Adds and returns the delta; without effect on what was removed. Throws `invalid-value` or `too-large`. */
  add(element: V): TwoPhaseSetState<V> {
    return { added: this.#added.add(element), removed: [] };
  }

  /** Removes for ever and returns the delta, empty where the element is not in the set. */
  remove(element: V): TwoPhaseSetState<V> {
    if (!this.has(element)) return { added: [], removed: [] };
    this.#removed.add(element);
    return { added: [element], removed: [element] };
  }

  /** Joins a state or a delta. Whether anything changed. Throws like `add`. O(elements of what is merged). */
  merge(other: TwoPhaseSetState<V>): boolean {
    const removed = [...other.removed];
    // What was removed was added, or `size` would not hold for a state that somebody made by hand.
    const added = this.#added.merge([...other.added, ...removed]);
    return this.#removed.merge(removed) || added;
  }
}
