import type { Dot } from "../dot.ts";
import { includesDot, insertItem, joinStores, withoutItems } from "./dot-store.ts";
import { dotOfEntry, type Entry, type HasSeen, type IsDead } from "./entry.ts";

/**
 * A register keeps every write that no other write has seen, in canonical order, and reads one of them (`winner`). So
 * a concurrent write that loses is not gone: it is a sibling until a write names it. A register that nobody wrote has
 * no cell.
 */
export type RegisterCell = readonly [Entry, ...Entry[]];

export interface RegisterChange {
  /** Undefined where a write still to come supersedes all there is. */
  readonly cell: RegisterCell | undefined;
  /** Entries that the write replaced, having seen them. */
  readonly superseded: readonly Entry[];
}

/** The cell after a write that saw `seen` (in canonical order). O(entries). */
export function writeRegister(
  cell: RegisterCell | undefined,
  entry: Entry,
  seen: readonly Dot[],
  isDead: IsDead,
): RegisterChange {
  const before: readonly Entry[] = cell ?? [];
  const kept = withoutItems(before, seen, dotOfEntry);
  const superseded = kept === before ? [] : before.filter((one) => includesDot(seen, one.dot));
  return { cell: asCell(isDead(entry.dot, null) ? kept : insertItem(kept, entry, dotOfEntry)), superseded };
}

/** Join of two states by what each has seen. */
export function joinRegisters(
  mine: RegisterCell | undefined,
  iSaw: HasSeen,
  theirs: RegisterCell | undefined,
  theySaw: HasSeen,
): RegisterCell | undefined {
  return asCell(joinStores<Entry>(mine ?? [], iSaw, theirs ?? [], theySaw, null, dotOfEntry));
}

function asCell(entries: readonly Entry[]): RegisterCell | undefined {
  return entries.length === 0 ? undefined : (entries as RegisterCell);
}
