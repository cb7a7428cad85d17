import { CausalContext } from "../causal-context.ts";
import { type Entry, type HasSeen, winner } from "../cells/entry.ts";
import { joinRegisters, type RegisterCell, writeRegister } from "../cells/register-cell.ts";
import type { Dot } from "../dot.ts";
import type { Hlc } from "../hlc.ts";
import type { Value } from "../value.ts";

export interface RegisterEntry<V extends Value> extends Entry {
  readonly value: V;
}

/** A state or a delta of a register: live writes, and the writes that are known. */
export interface LWWRegisterState<V extends Value> {
  readonly entries: readonly RegisterEntry<V>[];
  readonly context: CausalContext;
}

/**
 * A register that reads the last write. A write replaces what its author saw, whatever the clocks say; of writes that
 * did not see each other the one with the greater stamp is read, and the others stay visible as `siblings`.
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
  readonly #node: string;
  readonly #context = new CausalContext();
  #cell: RegisterCell<RegisterEntry<V>> | undefined;

  constructor(node: string) {
    this.#node = node;
  }

  get value(): V | undefined {
    return this.#cell && winner(this.#cell).value;
  }

  /** Writes that no other write has seen; more than one is a conflict, which the next `set` ends. */
  get siblings(): readonly RegisterEntry<V>[] {
    return this.#cell ?? [];
  }

  /** The whole state, for `merge` elsewhere. Its context is a view. */
  get state(): LWWRegisterState<V> {
    return { entries: this.siblings, context: this.#context };
  }

  /** Writes and returns the delta. `stamp` comes from the replica's clock. */
  set(value: V, stamp: Hlc): LWWRegisterState<V> {
    const dot: Dot = { log: this.#node, seq: this.#context.run(this.#node) + 1 };
    const entry = { dot, stamp, value };
    const seen = this.siblings.map((one) => one.dot);
    this.#cell = writeRegister(this.#cell, entry, seen, () => false).cell;
    this.#context.add(dot);
    return { entries: [entry], context: CausalContext.of([...seen, dot]) };
  }

  /** Joins a state or a delta. Whether anything changed. */
  merge(other: LWWRegisterState<V>): boolean {
    const theirs = other.entries.length === 0 ? undefined : (other.entries as RegisterCell<RegisterEntry<V>>);
    const joined = joinRegisters(this.#cell, sees(this.#context), theirs, sees(other.context));
    const changed = joined !== this.#cell;
    this.#cell = joined;
    return this.#context.merge(other.context) || changed;
  }
}

function sees(context: CausalContext): HasSeen {
  return (dot) => context.has(dot);
}
