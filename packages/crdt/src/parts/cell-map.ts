import { CausalContext } from "../causal-context.ts";
import type { HasSeen } from "../cells/entry.ts";
import type { Dot } from "../dot.ts";
import type { Value } from "../value.ts";
import { type ElementKey, ElementMap, elementKey } from "./element-key.ts";
import { sees } from "./seen.ts";

/** A state or a delta of many cells under one context. A cell is a list of what lives in it; an empty one is none. */
export interface CellMapState<K extends Value, Item> {
  readonly cells: Iterable<readonly [key: K, cell: readonly Item[]]>;
  /** The writes that are known: one that is known and not in its cell is dead. */
  readonly context: CausalContext;
  /** A delta speaks of its `cells` only; a whole state also says that all others are empty. */
  readonly whole: boolean;
}

/** Join of two states of one cell, by what each has seen. Returns `mine` itself where nothing changed. */
export type JoinCells<K, Item, Cell extends readonly Item[]> = (
  mine: Cell | undefined,
  iSaw: HasSeen,
  theirs: readonly Item[],
  theySaw: HasSeen,
  key: K,
) => Cell | undefined;

/**
 * The cells of one replica's set or map, each under its key, and one causal context for all of
 * them: a dot map (Almeida, Shoker, Baquero 2018). The types differ in their cell and its join.
 */
export class CellMap<K extends Value, Item, Cell extends readonly Item[]> {
  readonly #node: string;
  readonly #join: JoinCells<K, Item, Cell>;
  readonly #context = new CausalContext();
  /** Most cells have one item, which stands for itself: a list around each would double what a set costs. */
  readonly #cells = new ElementMap<K, Item | Cell>();

  constructor(node: string, join: JoinCells<K, Item, Cell>) {
    this.#node = node;
    this.#join = join;
  }

  get size(): number {
    return this.#cells.size;
  }

  get(key: K): Cell | undefined {
    return asCell<Item, Cell>(this.#cells.get(elementKey(key)));
  }

  *entries(): IterableIterator<readonly [key: K, cell: Cell]> {
    for (const [key, stored] of this.#cells.entries()) yield [key, asCell<Item, Cell>(stored)!];
  }

  get state(): CellMapState<K, Item> {
    const cells = { [Symbol.iterator]: () => this.entries() };
    return { cells, context: this.#context, whole: true };
  }

  /** The name of the next write of this replica. */
  nextDot(): Dot {
    return { log: this.#node, seq: this.#context.run(this.#node) + 1 };
  }

  /** Replaces a cell by what `change` makes of it, and returns what it was. */
  update(key: K, change: (cell: Cell | undefined) => Cell | undefined): Cell | undefined {
    const id = elementKey(key);
    const before = asCell<Item, Cell>(this.#cells.get(id));
    this.#put(id, key, change(before));
    return before;
  }

  /** The delta that says: `cell` is new in the cell of `key`, and `dots` are known. */
  delta(key: K, cell: readonly Item[], dots: readonly Dot[]): CellMapState<K, Item> {
    for (const dot of dots) this.#context.add(dot);
    return { cells: [[key, cell]], context: CausalContext.of(dots), whole: false };
  }

  merge(other: CellMapState<K, Item>): boolean {
    const iSaw = sees(this.#context);
    const theySaw = sees(other.context);
    // All keys are made before anything changes, since a key can be refused; and a state may be a view of this map.
    const theirs = [...other.cells].map(([key, cell]) => [elementKey(key), key, cell] as const);
    let changed = false;
    const join = (id: ElementKey, key: K, cell: readonly Item[]) => {
      const mine = asCell<Item, Cell>(this.#cells.get(id));
      const joined = this.#join(mine, iSaw, cell, theySaw, key);
      if (joined === mine) return;
      this.#put(id, key, joined);
      changed = true;
    };
    const named = new Set<ElementKey>();
    for (const [id, key, cell] of theirs) {
      if (other.whole) named.add(id);
      join(id, key, cell);
    }
    if (other.whole) {
      for (const id of this.#cells.keys()) if (!named.has(id)) join(id, this.#cells.element(id), []);
    }
    return this.#context.merge(other.context) || changed;
  }

  #put(id: ElementKey, key: K, cell: Cell | undefined): void {
    if (cell === undefined) this.#cells.delete(id);
    else this.#cells.set(id, key, cell.length === 1 ? cell[0]! : cell);
  }
}

/** Items are objects, and never lists. */
function asCell<Item, Cell extends readonly Item[]>(stored: Item | Cell | undefined): Cell | undefined {
  if (stored === undefined || Array.isArray(stored)) return stored as Cell | undefined;
  return [stored as Item] as readonly Item[] as Cell;
}
