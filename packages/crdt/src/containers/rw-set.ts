import { KeyedRegisters, type KeyedRegistersState } from "../parts/keyed-registers.ts";
import type { Value } from "../value.ts";

/**
 * A set in which a remove wins against a concurrent add (the remove-wins set of Bieniusa et al. 2012 and AntidoteDB):
 * for lists of who may do something, where the cautious answer is the right one.
 *
 * An element is a multi-value register cell of "in" and "out", and in the set if all its live writes say "in". So a
 * remove must be kept until an add has seen it: the cell that `ORSet` saves is paid for here.
 *
 * Costs: an entry per concurrent write of an element, *also of a removed one*; one number per replica that ever wrote.
 * Add and remove O(size of the element); `size` O(elements, removed ones too).
 * Not guaranteed: that a removed element stays away; who has seen the remove may add again. `TwoPhaseSet` is for ever.
 *
 * ```ts
 * const a = new RWSet<string>("a");
 * const b = new RWSet<string>("b");
 * b.merge(a.add("guest"));
 * const removal = b.remove("guest");
 * a.add("guest");
 * a.merge(removal);
 * a.has("guest"); // false
 * ```
 */
export class RWSet<V extends Value> {
  readonly #registers: KeyedRegisters<V, boolean>;

  constructor(node: string) {
    this.#registers = new KeyedRegisters(node);
  }

  get size(): number {
    return [...this.values()].length;
  }

  has(element: V): boolean {
    const cell = this.#registers.get(element);
    return cell?.every((entry) => entry.value) ?? false;
  }

  *values(): IterableIterator<V> {
    for (const [element, cell] of this.#registers.entries()) {
      if (cell.every((entry) => entry.value)) yield element;
    }
  }

  /** The whole state, for `merge` elsewhere. A view: it changes with the set. */
  get state(): KeyedRegistersState<V, boolean> {
    return this.#registers.state;
  }

  /** Adds and returns the delta. Throws `invalid-value` or `too-large`. */
  add(element: V): KeyedRegistersState<V, boolean> {
    return this.#registers.write(element, true, "base");
  }

  /** Removes, also what is not here yet: a concurrent add will not bring it back. Returns the delta. */
  remove(element: V): KeyedRegistersState<V, boolean> {
    return this.#registers.write(element, false, "base");
  }

  /** Joins a state or a delta. Whether anything changed. O(elements) for a state, O(its elements) for a delta. */
  merge(other: KeyedRegistersState<V, boolean>): boolean {
    return this.#registers.merge(other);
  }
}
