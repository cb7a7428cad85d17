import { CounterParts, type CounterState, checkParts } from "../parts/counter-parts.ts";

/**
 * A counter that goes up and down (Shapiro et al. 2011). A replica's increments and decrements have one order, its own,
 * so one signed sum per replica says what the two counters of the paper say.
 *
 * Costs: two numbers per replica that ever counted. Increment O(1), merge O(replicas in what is merged).
 * Not guaranteed: that it stays above anything. Two that take the last one make −1; `BoundedCounter` refuses the second.
 *
 * ```ts
 * const a = new PNCounter("a");
 * const b = new PNCounter("b");
 * a.merge(b.decrement(3));
 * a.increment();
 * a.value; // -2
 * ```
 */
export class PNCounter {
  readonly #parts: CounterParts;

  /** `node` names this replica; two that write under one name lose increments. */
  constructor(node: string) {
    this.#parts = new CounterParts(node);
  }

  /** Throws `overflow` where replicas together counted beyond ±2^53. O(replicas) after a merge, else O(1). */
  get value(): number {
    return this.#parts.value;
  }

  /** The whole state, for `merge` elsewhere. A view: it changes with the counter. */
  get state(): CounterState {
    return this.#parts.state;
  }

  /** Adds a safe integer and returns the delta. Throws `invalid-value` or `overflow`. O(1). */
  increment(by = 1): CounterState {
    return this.#parts.add(by);
  }

  /** Takes a safe integer away and returns the delta. */
  decrement(by = 1): CounterState {
    return this.#parts.add(-by);
  }

  /** Joins a state or a delta. Whether anything changed. Throws `invalid-value`, having changed nothing. */
  merge(other: CounterState): boolean {
    checkParts(other, false);
    return this.#parts.merge(other);
  }
}
