import { joinRegisters, type RegisterCell, writeRegister } from "../cells/register-cell.ts";
import type { Stamp } from "../operation.ts";
import type { Value } from "../value.ts";
import { CellMap, type CellMapState } from "./cell-map.ts";
import type { RegisterEntry } from "./register-writes.ts";
import { neverDead } from "./seen.ts";

/** A state or a delta of registers under keys: the live writes of each key, and the writes that are known. */
export type KeyedRegistersState<K extends Value, V extends Value> = CellMapState<K, RegisterEntry<V>>;

/** A register cell for each key, and one context for all of them. */
export class KeyedRegisters<K extends Value, V extends Value> {
  readonly #cells: CellMap<K, RegisterEntry<V>, RegisterCell<RegisterEntry<V>>>;

  constructor(node: string) {
    this.#cells = new CellMap<K, RegisterEntry<V>, RegisterCell<RegisterEntry<V>>>(node, joinRegisters);
  }

  get size(): number {
    return this.#cells.size;
  }

  get(key: K): RegisterCell<RegisterEntry<V>> | undefined {
    return this.#cells.get(key);
  }

  entries(): IterableIterator<readonly [key: K, cell: RegisterCell<RegisterEntry<V>>]> {
    return this.#cells.entries();
  }

  get state(): KeyedRegistersState<K, V> {
    return this.#cells.state;
  }

  /** Writes over everything the cell holds. */
  write(key: K, value: V, stamp: Stamp): KeyedRegistersState<K, V> {
    const dot = this.#cells.nextDot();
    const entry = { dot, stamp, value };
    const before = this.#cells.update(key, (cell) => {
      const seen = (cell ?? []).map((one) => one.dot);
      return writeRegister(cell, entry, seen, neverDead).cell;
    });
    return this.#cells.delta(key, [entry], [...(before ?? []).map((one) => one.dot), dot]);
  }

  /** Kills everything the cell holds; a write that is not known here stays. */
  clear(key: K): KeyedRegistersState<K, V> {
    const before = this.#cells.update(key, () => undefined);
    return this.#cells.delta(
      key,
      [],
      (before ?? []).map((one) => one.dot),
    );
  }

  merge(other: KeyedRegistersState<K, V>): boolean {
    return this.#cells.merge(other);
  }
}
