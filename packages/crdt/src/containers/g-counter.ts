import { CrdtError } from "../error.ts";
import { CounterParts, type CounterState, checkParts } from "../parts/counter-parts.ts";

/**
 * A counter that only grows (Shapiro et al. 2011). Each replica adds to its own part, so that no two ever write the same
 * one; a part is a counter cell, last sequence and sum, as the stores keep it.
 *
 * Costs: two numbers per replica that ever counted. Increment O(1), merge O(replicas in what is merged).
 * Not guaranteed: that two replicas see one value at one time; that a limit is kept (`BoundedCounter`); anything about a
 * maximum (`MaxRegister`): two that both count to ten make twenty.
 *
 * ```ts
 * const a = new GCounter("a");
 * const b = new GCounter("b");
 * b.merge(a.increment(2));
 * b.increment();
 * b.value; // 3
 * ```
 */
export class GCounter {
  readonly #parts: CounterParts;

  /** `node` names this replica; two that write under one name lose increments. */
  constructor(node: string) {
    this.#parts = new CounterParts(node);
  }

  /** Throws `overflow` where replicas together counted beyond 2^53. O(replicas) after a merge, else O(1). */
  get value(): number {
    return this.#parts.value;
  }

  /** The whole state, for `merge` elsewhere. A view: it changes with the counter. */
  get state(): CounterState {
    return this.#parts.state;
  }

  /** Adds `by` ≥ 0 and returns the delta. Throws `invalid-value` or `overflow`. O(1). */
  increment(by = 1): CounterState {
    if (!(by >= 0)) throw new CrdtError("invalid-value", "this counter only grows");
    return this.#parts.add(by);
  }

  /** Joins a state or a delta. Whether anything changed. Throws `invalid-value`, having changed nothing. */
  merge(other: CounterState): boolean {
    checkParts(other, true);
    return this.#parts.merge(other);
  }
}
