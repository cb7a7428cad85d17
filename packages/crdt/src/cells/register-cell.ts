import type { Dot } from "../dot.ts";
import { includesDot, insertItem, joinStores, withoutItems } from "./dot-store.ts";
import { dotOfEntry, type Entry, type HasSeen, type IsDead } from "./entry.ts";

/**
 * A register keeps every write that no other write has seen, in canonical order, and reads one of them (`winner`). So
 * a concurrent write that loses is not gone: it is a sibling until a write names it. A register that nobody wrote has
 * no cell.
 */
export type RegisterCell<E extends Entry = Entry> = readonly [E, ...E[]];

/** What a write did to a register. */
export interface RegisterChange<E extends Entry = Entry> {
  /** Undefined where a write still to come supersedes all there is. */
  readonly cell: RegisterCell<E> | undefined;
  /** Entries that the write replaced, having seen them. */
  readonly superseded: readonly E[];
}

/** The cell after a write that saw `seen` (in canonical order). O(entries). */
export function writeRegister<E extends Entry>(
  cell: RegisterCell<E> | undefined,
  entry: E,
  seen: readonly Dot[],
  isDead: IsDead,
): RegisterChange<E> {
  const before: readonly E[] = cell ?? [];
  const kept = withoutItems(before, seen, dotOfEntry);
  const superseded = kept === before ? [] : before.filter((one) => includesDot(seen, one.dot));
  return { cell: asCell(isDead(entry.dot, null) ? kept : insertItem(kept, entry, dotOfEntry)), superseded };
}

/** The cell without the writes that a remover saw; those it did not see stay. O(entries). */
export function removeFromRegister<E extends Entry>(
  cell: RegisterCell<E> | undefined,
  seen: readonly Dot[],
): RegisterCell<E> | undefined {
  return asCell(withoutItems(cell ?? [], seen, dotOfEntry));
}

/** Join of two states by what each has seen. */
export function joinRegisters<E extends Entry>(
  mine: RegisterCell<E> | undefined,
  iSaw: HasSeen,
  theirs: readonly E[] | undefined,
  theySaw: HasSeen,
): RegisterCell<E> | undefined {
  return asCell(joinStores<E>(mine ?? [], iSaw, theirs ?? [], theySaw, null, dotOfEntry));
}

function asCell<E extends Entry>(entries: readonly E[]): RegisterCell<E> | undefined {
  return entries.length === 0 ? undefined : (entries as RegisterCell<E>);
}
