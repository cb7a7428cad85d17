import { CausalContext } from "../causal-context.ts";
import type { Entry } from "../cells/entry.ts";
import { joinRegisters, type RegisterCell, writeRegister } from "../cells/register-cell.ts";
import type { Dot } from "../dot.ts";
import type { Stamp } from "../operation.ts";
import type { Value } from "../value.ts";
import { neverDead, sees } from "./seen.ts";

/** A write that lives in a register, with its value. */
export interface RegisterEntry<V extends Value> extends Entry {
  readonly value: V;
}

/** A state or a delta of a register: live writes, and the writes that are known. */
export interface RegisterState<V extends Value> {
  readonly entries: readonly RegisterEntry<V>[];
  readonly context: CausalContext;
}

/** The register cell of one replica. The registers differ in which of its entries they read. */
export class RegisterWrites<V extends Value> {
  readonly #node: string;
  readonly #context = new CausalContext();
  #cell: RegisterCell<RegisterEntry<V>> | undefined;

  constructor(node: string) {
    this.#node = node;
  }

  get entries(): readonly RegisterEntry<V>[] {
    return this.#cell ?? [];
  }

  get state(): RegisterState<V> {
    return { entries: this.entries, context: this.#context };
  }

  write(value: V, stamp: Stamp): RegisterState<V> {
    const dot: Dot = { log: this.#node, seq: this.#context.run(this.#node) + 1 };
    const entry = { dot, stamp, value };
    const seen = this.entries.map((one) => one.dot);
    this.#cell = writeRegister(this.#cell, entry, seen, neverDead).cell;
    this.#context.add(dot);
    return { entries: [entry], context: CausalContext.of([...seen, dot]) };
  }

  merge(other: RegisterState<V>): boolean {
    const joined = joinRegisters(this.#cell, sees(this.#context), other.entries, sees(other.context));
    const changed = joined !== this.#cell;
    this.#cell = joined;
    return this.#context.merge(other.context) || changed;
  }
}
