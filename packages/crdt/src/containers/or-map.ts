import type { HasSeen } from "../cells/entry.ts";
import { compareDots, type Dot, sameDot } from "../dot.ts";
import { CellMap, type CellMapState } from "../parts/cell-map.ts";
import type { Value } from "../value.ts";

/** What a map can nest: any type of this package, or another that keeps the laws. */
export interface Convergent<State> {
  readonly state: State;
  merge(other: State): boolean;
}

/** What lives under a key: a nested container, named by the dot of the write that made it. */
export interface Nested<Inner> {
  readonly dot: Dot;
  readonly inner: Inner;
}

/** A state or a delta of a map: the nested states of each key, and the makings that are known. */
export type ORMapState<K extends Value, C extends Convergent<unknown>> = CellMapState<K, Nested<Stateful<C>>>;

/** What of a nested container is sent. */
export interface Stateful<C extends Convergent<unknown>> {
  readonly state: C["state"];
}

/**
 * A map that nests any other type under its keys, itself too, and from which keys can be removed with all that is in them.
 *
 * It follows the record set's row (`cells/row-cell.ts`): a key lives while one of its makings does, a write names the
 * makings on which it was made and dies with the last of them. The observed-remove maps of Riak and of Almeida et al.
 * 2018 reset what was seen by killing the nested dots instead; then only what is made of dots can be nested, and a counter
 * that is reset while somebody counts comes back with a part of what was removed. Here every type nests, and a key that is
 * made again starts clean. Two replicas that make a key at the same time make two instances, which are read as their join.
 *
 * Costs: a nested container per key, one more per concurrent making of it; one number per replica that ever made a key.
 * Update O(nested update) while a key has one instance, else O(its state).
 * Not guaranteed: that a write survives if the key is removed at the same time: it dies with the key, as the write to a
 * row does. A key that is *made* at the same time survives. Nor that a nested write which changed nothing, such as a
 * smaller value for a max-register, counts later when the instance that held the greater value is removed.
 *
 * ```ts
 * const a = new ORMap("a", (name) => new GCounter(name));
 * const b = new ORMap("b", (name) => new GCounter(name));
 * b.merge(a.update("clicks", (counter) => counter.increment(2)));
 * b.update("clicks", (counter) => counter.increment());
 * b.get("clicks")?.value; // 3
 * ```
 */
export class ORMap<K extends Value, C extends Convergent<unknown>> {
  readonly #node: string;
  readonly #create: (name: string, key: K) => C;
  readonly #cells: CellMap<K, Nested<Stateful<C>>, readonly Nested<C>[]>;

  /**
   * `create` makes an empty nested container, which writes under `name`. It may choose the type by the key, and must
   * choose alike on all replicas.
   */
  constructor(node: string, create: (name: string, key: K) => C) {
    this.#node = node;
    this.#create = create;
    this.#cells = new CellMap<K, Nested<Stateful<C>>, readonly Nested<C>[]>(
      node,
      (mine, iSaw, theirs, theySaw, key) => this.#join(mine ?? [], iSaw, theirs, theySaw, key),
    );
  }

  get size(): number {
    return this.#cells.size;
  }

  has(key: K): boolean {
    return this.#cells.get(key) !== undefined;
  }

  /** The nested container, for reading; what is written to it outside of `update` is lost or worse. */
  get(key: K): C | undefined {
    const cell = this.#cells.get(key);
    return cell && this.#merged(key, cell);
  }

  *keys(): IterableIterator<K> {
    for (const [key] of this.#cells.entries()) yield key;
  }

  *entries(): IterableIterator<readonly [key: K, inner: C]> {
    for (const [key, cell] of this.#cells.entries()) yield [key, this.#merged(key, cell)];
  }

  /** The whole state, for `merge` elsewhere. A view: it changes with the map. */
  get state(): ORMapState<K, C> {
    return this.#cells.state;
  }

  /**
   * Changes what is under the key, which is made where it is not there. `change` calls a mutator and returns its delta;
   * `update` returns that of the map. Where `change` throws, nothing has changed.
   */
  update(key: K, change: (inner: C) => C["state"]): ORMapState<K, C> {
    const cell = this.#cells.get(key);
    if (cell === undefined) {
      const dot = this.#cells.nextDot();
      const inner = this.#make([dot], key);
      const state = change(inner);
      this.#cells.update(key, () => [{ dot, inner }]);
      return this.#cells.delta(key, [{ dot, inner: { state } }], [dot]);
    }
    const state = change(this.#merged(key, cell));
    if (cell.length > 1) for (const { inner } of cell) inner.merge(state);
    const dots = cell.map(({ dot }) => dot);
    return this.#cells.delta(
      key,
      dots.map((dot) => ({ dot, inner: { state } })),
      dots,
    );
  }

  /** Removes the key with all that is in it and returns the delta; of a key that is not there, an empty one. */
  remove(key: K): ORMapState<K, C> {
    const before = this.#cells.update(key, () => undefined) ?? [];
    return this.#cells.delta(
      key,
      [],
      before.map(({ dot }) => dot),
    );
  }

  /** Joins a state or a delta. Whether anything changed. O(its size). */
  merge(other: ORMapState<K, C>): boolean {
    return this.#cells.merge(other);
  }

  /**
   * Every set of instances has a name of its own under which a replica writes to all of them: so a nested dot is never used
   * twice, and a sum under that name holds nothing that was written to another set.
   */
  #make(dots: readonly Dot[], key: K): C {
    return this.#create(`${this.#node}@${dots.map(({ log, seq }) => `${log}:${seq}`).join("+")}`, key);
  }

  #merged(key: K, cell: readonly Nested<C>[]): C {
    if (cell.length === 1) return cell[0]!.inner;
    const merged = this.#make(
      cell.map(({ dot }) => dot),
      key,
    );
    for (const { inner } of cell) merged.merge(inner.state);
    return merged;
  }

  #join(
    mine: readonly Nested<C>[],
    iSaw: HasSeen,
    theirs: readonly Nested<Stateful<C>>[],
    theySaw: HasSeen,
    key: K,
  ): readonly Nested<C>[] | undefined {
    let changed = false;
    const joined: Nested<C>[] = [];
    for (const one of mine) {
      const other = theirs.find(({ dot }) => sameDot(dot, one.dot));
      if (other !== undefined) changed = one.inner.merge(other.inner.state) || changed;
      if (other !== undefined || !theySaw(one.dot, null)) joined.push(one);
    }
    for (const { dot, inner } of theirs) {
      if (iSaw(dot, null)) continue;
      const fresh = this.#make([dot], key);
      fresh.merge(inner.state);
      joined.push({ dot, inner: fresh });
      changed = true;
    }
    if (!changed && joined.length === mine.length) return mine.length === 0 ? undefined : mine;
    return joined.length === 0 ? undefined : joined.sort((a, b) => compareDots(a.dot, b.dot));
  }
}
