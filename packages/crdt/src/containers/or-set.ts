import { CausalContext } from "../causal-context.ts";
import type { HasSeen } from "../cells/entry.ts";
import { addToSet, joinSets, type SetCell } from "../cells/set-cell.ts";
import { encodeElement } from "../codec/value-codec.ts";
import type { Dot } from "../dot.ts";
import type { Value } from "../value.ts";

/** A state or a delta of a set: elements with their live adds, and the adds that are known. */
export interface ORSetState<V extends Value> {
  readonly elements: Iterable<readonly [element: V, adds: readonly Dot[]]>;
  readonly context: CausalContext;
  /** A delta speaks of its `elements` only; a whole state also says that all others are not there. */
  readonly whole: boolean;
}

/**
 * A set in which an add wins against a concurrent remove, without tombstones (Bieniusa et al. 2012). Elements are the
 * same if their canonical bytes are.
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
  readonly #node: string;
  readonly #context = new CausalContext();
  readonly #elements = new Map<string, readonly [element: V, adds: SetCell]>();

  constructor(node: string) {
    this.#node = node;
  }

  get size(): number {
    return this.#elements.size;
  }

  has(element: V): boolean {
    return this.#elements.has(keyOf(element));
  }

  *values(): IterableIterator<V> {
    for (const [element] of this.#elements.values()) yield element;
  }

  /** The whole state, for `merge` elsewhere. A view: it changes with the set. */
  get state(): ORSetState<V> {
    const elements = { [Symbol.iterator]: () => this.#elements.values() };
    return { elements, context: this.#context, whole: true };
  }

  /** Adds and returns the delta. Throws `invalid-value` or `too-large`. O(size of the element). */
  add(element: V): ORSetState<V> {
    const key = keyOf(element);
    const before = this.#elements.get(key)?.[1];
    const seen = before ?? [];
    const dot: Dot = { log: this.#node, seq: this.#context.run(this.#node) + 1 };
    this.#put(
      key,
      element,
      addToSet(before, dot, seen, () => false),
    );
    this.#context.add(dot);
    return { elements: [[element, [dot]]], context: CausalContext.of([...seen, dot]), whole: false };
  }

  /** Removes and returns the delta; of an element that is not there, an empty one. */
  remove(element: V): ORSetState<V> {
    const key = keyOf(element);
    const seen = this.#elements.get(key)?.[1] ?? [];
    this.#elements.delete(key);
    return { elements: [[element, []]], context: CausalContext.of(seen), whole: false };
  }

  /** Joins a state or a delta. Whether anything changed. O(elements) for a state, O(its elements) for a delta. */
  merge(other: ORSetState<V>): boolean {
    const iSaw = sees(this.#context);
    const theySaw = sees(other.context);
    const others = [...other.elements].map(([element, adds]) => [keyOf(element), element, adds] as const);
    let changed = false;
    const join = (key: string, element: V, theirs: SetCell | undefined) => {
      const mine = this.#elements.get(key)?.[1];
      const joined = joinSets(mine, iSaw, theirs, theySaw);
      if (joined === mine) return;
      this.#put(key, element, joined);
      changed = true;
    };
    const named = new Set<string>();
    for (const [key, element, adds] of others) {
      named.add(key);
      join(key, element, adds.length === 0 ? undefined : (adds as SetCell));
    }
    if (other.whole) {
      for (const [key, [element]] of this.#elements) if (!named.has(key)) join(key, element, undefined);
    }
    return this.#context.merge(other.context) || changed;
  }

  #put(key: string, element: V, adds: SetCell | undefined): void {
    if (adds === undefined) this.#elements.delete(key);
    else this.#elements.set(key, [element, adds]);
  }
}

function sees(context: CausalContext): HasSeen {
  return (dot) => context.has(dot);
}

function keyOf(element: Value): string {
  return String.fromCharCode(...encodeElement(element));
}
