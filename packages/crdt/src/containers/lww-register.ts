import { winner } from "../cells/entry.ts";
import type { Hlc } from "../hlc.ts";
import { type RegisterEntry, type RegisterState, RegisterWrites } from "../parts/register-writes.ts";
import type { Value } from "../value.ts";

/**
 * A register that reads the last write. A write replaces what its author saw, whatever the clocks say; of writes that
 * did not see each other the one with the greater stamp is read, and the others stay visible as `siblings` (Shapiro et
 * al. 2011 for the order, Almeida et al. 2018 for the dots).
 *
 * Costs: one entry per write that no other has seen, one number per replica that ever wrote.
 * Not guaranteed: that the write which is read is the later one by anybody's watch; stamps are believed.
 *
 * ```ts
 * const a = new LWWRegister<string>("a");
 * const b = new LWWRegister<string>("b");
 * const one = a.set("red", 1);
 * b.set("blue", 2);
 * b.merge(one);
 * b.value; // "blue"
 * b.siblings.length; // 2
 * ```
 */
export class LWWRegister<V extends Value> {
  readonly #writes: RegisterWrites<V>;

  constructor(node: string) {
    this.#writes = new RegisterWrites(node);
  }

  get value(): V | undefined {
    return winner(this.#writes.entries)?.value;
  }

  /** Writes that no other write has seen; more than one is a conflict, which the next `set` ends. */
  get siblings(): readonly RegisterEntry<V>[] {
    return this.#writes.entries;
  }

  /** The whole state, for `merge` elsewhere. Its context is a view. */
  get state(): RegisterState<V> {
    return this.#writes.state;
  }

  /** Writes and returns the delta. `stamp` comes from the replica's clock. */
  set(value: V, stamp: Hlc): RegisterState<V> {
    return this.#writes.write(value, stamp);
  }

  /** Joins a state or a delta. Whether anything changed. */
  merge(other: RegisterState<V>): boolean {
    return this.#writes.merge(other);
  }
}
