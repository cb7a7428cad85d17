import { compareDots, type Dot } from "../dot.ts";
import type { HasSeen } from "./entry.ts";

/**
 * A dot store holds what lives, each under the dot of the operation that made it, in the canonical order of dots and
 * with no trace of what died (Almeida, Shoker, Baquero 2018). It is immutable; what does not change it returns it.
 */
export type DotStore<Item> = readonly Item[];

type DotOf<Item> = (item: Item) => Dot;

/** The store with one more item. O(n). */
export function insertItem<Item>(store: DotStore<Item>, item: Item, dotOf: DotOf<Item>): DotStore<Item> {
  // Most stores have one item, and an array that is made by growing has room for sixteen.
  if (store.length === 0) return [item];
  const dot = dotOf(item);
  let at = store.length;
  while (at > 0 && compareDots(dotOf(store[at - 1]!), dot) > 0) at--;
  return at === store.length ? [...store, item] : [...store.slice(0, at), item, ...store.slice(at)];
}

/** The store without the items that `dots`, in canonical order, name. O(n log m). */
export function withoutItems<Item>(
  store: DotStore<Item>,
  dots: readonly Dot[],
  dotOf: DotOf<Item>,
): DotStore<Item> {
  if (store.length === 0 || dots.length === 0) return store;
  const kept = store.filter((item) => !includesDot(dots, dotOf(item)));
  return kept.length === store.length ? store : kept;
}

/**
 * Join of two states of one store: an item lives where both have it, or where one has it and the other has not seen
 * it. O((n + m) log (n + m)).
 */
export function joinStores<Item>(
  mine: DotStore<Item>,
  iSaw: HasSeen,
  theirs: DotStore<Item>,
  theySaw: HasSeen,
  group: number | null,
  dotOf: DotOf<Item>,
): DotStore<Item> {
  const theirDots = theirs.map(dotOf);
  const kept = mine.filter((item) => !theySaw(dotOf(item), group) || includesDot(theirDots, dotOf(item)));
  const fresh = theirs.filter((item) => !iSaw(dotOf(item), group));
  if (kept.length === 0 && fresh.length === 1) return [fresh[0]!];
  if (fresh.length > 0) return [...kept, ...fresh].sort((a, b) => compareDots(dotOf(a), dotOf(b)));
  return kept.length === mine.length ? mine : kept;
}

/** Whether `dots`, in canonical order, hold `dot`. A peer chooses the length of such lists, hence O(log n). */
export function includesDot(dots: readonly Dot[], dot: Dot): boolean {
  let low = 0;
  let high = dots.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compareDots(dots[middle]!, dot);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}

/** Items that are dots themselves. */
export function itself(dot: Dot): Dot {
  return dot;
}
