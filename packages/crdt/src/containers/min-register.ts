import { ExtremeRegister, type Ordered } from "../parts/extreme-register.ts";
import type { RegisterState } from "../parts/register-writes.ts";

/**
 * A register that reads the least value ever written: high and low water marks, health, versions (a chain as a
 * lattice, Shapiro et al. 2011 §3).
 *
 * It is the register cell of `LWWRegister`, read by value instead of by stamp, so that a store needs no second kind of
 * cell: a write names the values it saw, and is made only where it is less than all of them.
 *
 * Costs: one entry per concurrent write, one number per replica that ever wrote. Write and merge O(entries).
 * Not guaranteed: that the value can ever come back from a mistake. There is no reset; put the register into an `ORMap`
 * for that. Numbers are compared as numbers, so that 1 and 1n are the same; NaN and −0 are refused.
 *
 * ```ts
 * const a = new MinRegister<number>("a");
 * const b = new MinRegister<number>("b");
 * b.set(3);
 * b.merge(a.set(7));
 * b.value; // 3
 * ```
 */
export class MinRegister<V extends Ordered = number> {
  readonly #register: ExtremeRegister<V>;

  constructor(node: string) {
    this.#register = new ExtremeRegister<V>(node, (a, b) => a < b);
  }

  /** Undefined before the first write. */
  get value(): V | undefined {
    return this.#register.value;
  }

  /** The whole state, for `merge` elsewhere. Its context is a view. */
  get state(): RegisterState<V> {
    return this.#register.state;
  }

  /** Writes where `value` is less than what is here. Returns the delta, else an empty one. Throws `invalid-value`. */
  set(value: V): RegisterState<V> {
    return this.#register.set(value);
  }

  /** Joins a state or a delta. Whether anything changed. Throws `invalid-value`, having changed nothing. */
  merge(other: RegisterState<V>): boolean {
    return this.#register.merge(other);
  }
}
