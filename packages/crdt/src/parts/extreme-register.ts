import { CausalContext } from "../causal-context.ts";
import { CrdtError } from "../error.ts";
import { type RegisterState, RegisterWrites } from "./register-writes.ts";

/** Numbers and bigints have one order: 1 and 1n are equal. */
export type Ordered = number | bigint;

/** A register cell of which the greatest value by `isBeyond` is read, and in which nothing else is written. */
export class ExtremeRegister<V extends Ordered> {
  readonly #isBeyond: (a: V, b: V) => boolean;
  readonly #writes: RegisterWrites<V>;

  constructor(node: string, isBeyond: (a: V, b: V) => boolean) {
    this.#isBeyond = isBeyond;
    this.#writes = new RegisterWrites(node);
  }

  /** Undefined before the first write. */
  get value(): V | undefined {
    let best: V | undefined;
    for (const { value } of this.#writes.entries) {
      if (best === undefined || this.#isBeyond(value, best)) best = value;
    }
    return best;
  }

  /** The whole state, for `merge` elsewhere. Its context is a view. */
  get state(): RegisterState<V> {
    return this.#writes.state;
  }

  /** Writes where `value` is beyond what is here. Returns the delta, else an empty one. Throws `invalid-value`. */
  set(value: V): RegisterState<V> {
    if (!isOrdered(value)) throw notOrdered();
    const before = this.value;
    if (before !== undefined && !this.#isBeyond(value, before)) {
      return { entries: [], context: new CausalContext() };
    }
    return this.#writes.write(value, "base");
  }

  /** Joins a state or a delta. Whether anything changed. Throws `invalid-value`, having changed nothing. */
  merge(other: RegisterState<V>): boolean {
    if (!other.entries.every((entry) => isOrdered(entry.value))) throw notOrdered();
    return this.#writes.merge(other);
  }
}

/** What is not a number has no order, and zero has one sign too many: the two would be equal and not the same. */
export function isOrdered(value: unknown): boolean {
  return (
    typeof value === "bigint" || (typeof value === "number" && !Number.isNaN(value) && !Object.is(value, -0))
  );
}

function notOrdered(): CrdtError {
  return new CrdtError("invalid-value", "an ordered value is a number or a bigint, and neither NaN nor −0");
}
