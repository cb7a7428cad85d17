import { compareDots, type Dot } from "../dot.ts";
import { includesDot, insertItem, itself, joinStores, withoutItems } from "./dot-store.ts";
import { dotOfEntry, type Entry, type HasSeen, type IsDead } from "./entry.ts";

/**
 * A row of a table lives while one of its adds does; each column group is a register of its own. A group's entry names
 * the adds on which its author wrote and dies with the last of them: so a write concurrent with the row's removal does
 * not revive the row, and a row added again starts clean. A row without a live add has no cell.
 *
 * The cell is a function of the set of operations because an operation is interpreted only when all adds it names are
 * covered (`missingAdd`): were one live add enough, two nodes with the same operations could disagree for as long as
 * the missing one stays away, depending on whether the live one's removal came first.
 */
export interface RowCell {
  /** Live adds in canonical order. */
  readonly adds: readonly [Dot, ...Dot[]];
  /** For each column group its maximal entries in canonical order. */
  readonly groups: readonly (readonly RowEntry[])[];
}

/** A `row.add` is an entry of every group, with itself as its only add. */
export interface RowEntry extends Entry {
  readonly adds: readonly Dot[];
}

/** What an operation did to a row. */
export interface RowChange {
  readonly cell: RowCell | undefined;
  /** Entries of the operation's group that it replaced, having seen them. */
  readonly superseded: readonly RowEntry[];
  /** Writes that were removed with the row by an author who did not see them: conflict records, with their group. */
  readonly lost: readonly LostEntry[];
}

/** A write that was removed with its row unseen, and the group it stood in. */
export interface LostEntry {
  readonly group: number;
  readonly entry: RowEntry;
}

const none: readonly never[] = [];

/** The cell after a `row.add` at `entry.dot`; `groups` is the number of the table's column groups. */
export function addRow(cell: RowCell | undefined, entry: Entry, groups: number, isDead: IsDead): RowChange {
  const dot = entry.dot;
  if (isDead(dot, null)) return { cell, superseded: none, lost: none };
  const added: RowEntry = { dot, stamp: entry.stamp, adds: [dot] };
  const lists: (readonly RowEntry[])[] = [];
  for (let group = 0; group < groups; group++) {
    const before = cell?.groups[group] ?? none;
    lists.push(isDead(dot, group) ? before : insertItem(before, added, dotOfEntry));
  }
  const adds = insertItem<Dot>(cell?.adds ?? none, dot, itself);
  return { cell: asCell(adds, lists), superseded: none, lost: none };
}

/**
 * The first of `adds` that is not covered: a `row.set` that names one waits, with its whole transaction, until all
 * are. Adds of the transaction's own earlier operations count as covered.
 */
export function missingAdd(adds: readonly Dot[], isCovered: (dot: Dot) => boolean): Dot | undefined {
  return adds.find((dot) => !isCovered(dot));
}

/**
 * The cell after a `row.set` in `group`, whose adds are all covered. Where none of them lives the write is void: it
 * supersedes what it saw, and is lost unless a later operation that saw it is here already.
 */
export function setRow(
  cell: RowCell | undefined,
  entry: RowEntry,
  group: number,
  seen: readonly Dot[],
  isDead: IsDead,
): RowChange {
  const isKnownDead = isDead(entry.dot, group);
  const before = cell?.groups[group] ?? none;
  const kept = withoutItems(before, seen, dotOfEntry);
  const superseded = kept === before ? none : before.filter((one) => includesDot(seen, one.dot));
  const isVoid = !livesOn(entry, cell?.adds ?? none);
  const after = isVoid || isKnownDead ? kept : insertItem(kept, entry, dotOfEntry);
  const isLost = isVoid && !isKnownDead && !isDead(entry.dot, null);
  return {
    cell:
      cell && (after === before ? cell : { adds: cell.adds, groups: replaced(cell.groups, group, after) }),
    superseded,
    lost: isLost ? [{ group, entry }] : none,
  };
}

/**
 * The cell after a `row.remove`, which names every dot of the row that its author saw (`liveDots`). Adds that he did
 * not see stay, with the entries on them; entries that he did not see and that die with the named adds are lost.
 */
export function removeRow(cell: RowCell | undefined, seen: readonly Dot[]): RowChange {
  if (cell === undefined) return { cell, superseded: none, lost: none };
  const adds = withoutItems<Dot>(cell.adds, seen, itself);
  if (adds === cell.adds) return { cell, superseded: none, lost: none };
  const lost: LostEntry[] = [];
  const groups = cell.groups.map((entries, group) =>
    prune(entries, adds, (entry) => {
      if (!includesDot(seen, entry.dot)) lost.push({ group, entry });
    }),
  );
  return { cell: asCell(adds, groups), superseded: none, lost };
}

/** All dots that live in the cell, each once, in canonical order: what an operation that removes the row names. */
export function liveDots(cell: RowCell): readonly Dot[] {
  const dots = [...cell.adds, ...cell.groups.flatMap((entries) => entries.map(dotOfEntry))].sort(compareDots);
  return dots.filter((dot, i) => i === 0 || compareDots(dots[i - 1]!, dot) !== 0);
}

/** Join of two states by what each has seen. Both tables have the same groups. */
export function joinRows(
  mine: RowCell | undefined,
  iSaw: HasSeen,
  theirs: RowCell | undefined,
  theySaw: HasSeen,
): RowCell | undefined {
  const adds = joinStores<Dot>(mine?.adds ?? none, iSaw, theirs?.adds ?? none, theySaw, null, itself);
  const groups = (mine ?? theirs)?.groups.map((_, group) => {
    const left = mine?.groups[group] ?? none;
    const right = theirs?.groups[group] ?? none;
    return prune(joinStores<RowEntry>(left, iSaw, right, theySaw, group, dotOfEntry), adds);
  });
  return asCell(adds, groups ?? none);
}

/** Whether one of the adds on which `entry` was written is live. */
function livesOn(entry: RowEntry, adds: readonly Dot[]): boolean {
  return entry.adds.some((add) => includesDot(adds, add));
}

function prune(
  entries: readonly RowEntry[],
  adds: readonly Dot[],
  dropped: (entry: RowEntry) => void = () => {},
): readonly RowEntry[] {
  const kept = entries.filter((entry) => {
    const lives = livesOn(entry, adds);
    if (!lives) dropped(entry);
    return lives;
  });
  return kept.length === entries.length ? entries : kept;
}

function replaced<Item>(items: readonly Item[], at: number, item: Item): readonly Item[] {
  return items.map((one, i) => (i === at ? item : one));
}

function asCell(adds: readonly Dot[], groups: RowCell["groups"]): RowCell | undefined {
  return adds.length === 0 ? undefined : { adds: adds as RowCell["adds"], groups };
}
