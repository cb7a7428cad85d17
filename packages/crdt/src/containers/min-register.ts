import { ExtremeRegister, type Ordered } from "../parts/extreme-register.ts";

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
export class MinRegister<V extends Ordered = number> extends ExtremeRegister<V> {
  constructor(node: string) {
    super(node, (a, b) => a < b);
  }
}
