import { type RegisterState, RegisterWrites } from "../parts/register-writes.ts";
import type { Value } from "../value.ts";

/**
 * A register that reads every write which no other write has seen, so that a person or a program decides (Shapiro et
 * al. 2011, "MV-Register"; dots as in Almeida et al. 2018, so that a value is not doubled by being sent twice).
 *
 * The cell is that of `LWWRegister`, without stamps: no clock is needed.
 *
 * Costs: one entry per concurrent write, one number per replica that ever wrote. Write and merge O(entries).
 * Not guaranteed: that there are few values; each replica that writes without having merged adds one. Equal values
 * written at the same time are two.
 *
 * ```ts
 * const a = new MVRegister<string>("a");
 * const b = new MVRegister<string>("b");
 * b.set("blue");
 * b.merge(a.set("red"));
 * b.values; // ["red", "blue"]
 * a.merge(b.set("violet"));
 * a.values; // ["violet"]
 * ```
 */
export class MVRegister<V extends Value> {
  readonly #writes: RegisterWrites<V>;

  constructor(node: string) {
    this.#writes = new RegisterWrites(node);
  }

  /** The values of all writes that no other write has seen, by their author's name; none before the first. */
  get values(): readonly V[] {
    return this.#writes.entries.map((entry) => entry.value);
  }

  /** The whole state, for `merge` elsewhere. Its context is a view. */
  get state(): RegisterState<V> {
    return this.#writes.state;
  }

  /** Replaces all values that are here, and returns the delta. */
  set(value: V): RegisterState<V> {
    return this.#writes.write(value, "base");
  }

  /** Joins a state or a delta. Whether anything changed. */
  merge(other: RegisterState<V>): boolean {
    return this.#writes.merge(other);
  }
}
