import { winner } from "../cells/entry.ts";
import type { Hlc } from "../hlc.ts";
import { KeyedRegisters, type KeyedRegistersState } from "../parts/keyed-registers.ts";
import type { RegisterEntry } from "../parts/register-writes.ts";
import type { Value } from "../value.ts";

/**
 * A map from keys to last-writer-wins registers: each key merges by itself, as `LWWRegister` does.
 *
 * To delete a key is to remove the writes one has seen of it, as in an observed-remove map (Almeida et al. 2018), and
 * not to write a tombstone under a stamp, as in the LWW-element-set of Shapiro et al. 2011: so nothing of a deleted key
 * stays behind, and a clock that runs ahead cannot delete what nobody has seen yet.
 *
 * Costs: per key one entry per concurrent write, one number per replica that ever wrote; nothing for deleted keys. Set and
 * delete O(size of the key).
 * Not guaranteed: that a delete lasts; a `set` at the same time wins, whatever the stamps. Keys do not change together.
 *
 * ```ts
 * const a = new LWWMap<string, string>("a");
 * const b = new LWWMap<string, string>("b");
 * b.merge(a.set("theme", "dark", 1));
 * const gone = b.delete("theme");
 * a.set("theme", "light", 2);
 * a.merge(gone);
 * a.get("theme"); // "light"
 * ```
 */
export class LWWMap<K extends Value, V extends Value> {
  readonly #registers: KeyedRegisters<K, V>;

  constructor(node: string) {
    this.#registers = new KeyedRegisters(node);
  }

  get size(): number {
    return this.#registers.size;
  }

  has(key: K): boolean {
    return this.#registers.get(key) !== undefined;
  }

  get(key: K): V | undefined {
    const cell = this.#registers.get(key);
    return cell && winner(cell).value;
  }

  /** Writes of the key that no other write has seen; more than one is a conflict, which the next `set` ends. */
  siblings(key: K): readonly RegisterEntry<V>[] {
    return this.#registers.get(key) ?? [];
  }

  *entries(): IterableIterator<readonly [key: K, value: V]> {
    for (const [key, cell] of this.#registers.entries()) yield [key, winner(cell).value];
  }

  /** The whole state, for `merge` elsewhere. A view: it changes with the map. */
  get state(): KeyedRegistersState<K, V> {
    return this.#registers.state;
  }

  /** Writes and returns the delta. `stamp` comes from the replica's clock. Throws `invalid-value` or `too-large`. */
  set(key: K, value: V, stamp: Hlc): KeyedRegistersState<K, V> {
    return this.#registers.write(key, value, stamp);
  }

  /** Removes the key and returns the delta; of a key that is not there, an empty one. */
  delete(key: K): KeyedRegistersState<K, V> {
    return this.#registers.clear(key);
  }

  /** Joins a state or a delta. Whether anything changed. O(keys) for a state, O(its keys) for a delta. */
  merge(other: KeyedRegistersState<K, V>): boolean {
    return this.#registers.merge(other);
  }
}
