import type { Dot } from "../dot.ts";
import { insertItem, itself, joinStores, withoutItems } from "./dot-store.ts";
import type { HasSeen, IsDead } from "./entry.ts";

/**
 * One element of an add-wins set (Bieniusa et al. 2012, the optimised OR-Set): its adds that no operation has seen and
 * replaced, in canonical order. The element is in the set while there is one. There are no tombstones, because an add
 * below the context that is not here is dead. An element that is not in the set has no cell.
 */
export type SetCell = readonly [Dot, ...Dot[]];

/** The cell after an add, which replaces the adds it saw. O(adds). */
export function addToSet(
  cell: SetCell | undefined,
  dot: Dot,
  seen: readonly Dot[],
  isDead: IsDead,
): SetCell | undefined {
  const kept = withoutItems<Dot>(cell ?? [], seen, itself);
  return asCell(isDead(dot, null) ? kept : insertItem(kept, dot, itself));
}

/** The cell after a remove: adds that the remover did not see stay. O(adds). */
export function removeFromSet(cell: SetCell | undefined, seen: readonly Dot[]): SetCell | undefined {
  return asCell(withoutItems<Dot>(cell ?? [], seen, itself));
}

/** Join of two states by what each has seen. */
export function joinSets(
  mine: SetCell | undefined,
  iSaw: HasSeen,
  theirs: readonly Dot[] | undefined,
  theySaw: HasSeen,
): SetCell | undefined {
  return asCell(joinStores<Dot>(mine ?? [], iSaw, theirs ?? [], theySaw, null, itself));
}

function asCell(dots: readonly Dot[]): SetCell | undefined {
  return dots.length === 0 ? undefined : (dots as SetCell);
}
