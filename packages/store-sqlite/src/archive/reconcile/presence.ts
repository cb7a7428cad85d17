import { sameValue, type Uid, type Value } from "@jarvis-crdt/crdt";
import { nothingCaptured, type PlannedRow, type RowView, type State } from "../../state/state.ts";
import type { Identification } from "../../state/survey.ts";
import type { FoundGroup, FoundRow } from "../../state/weigh.ts";
import { uidText } from "../../uid.ts";
import type { Access } from "../access.ts";
import { lookAtAll } from "../look.ts";
import type { ArchiveRow } from "../row-reader.ts";
import { type GroupRange, stampColumns, type Table } from "../table.ts";

/** A row of the archive of which it is known which one it is. */
export interface Present {
  readonly access: Access;
  readonly row: ArchiveRow;
  readonly uid: Uid;
  readonly isEvicted: boolean;
}

export interface PresenceParts {
  readonly state: State;
  /** Makes the archive show rows, inside the transaction that is open. */
  readonly show: (rows: readonly PlannedRow[]) => void;
  /** A nonce for a plan. */
  readonly nonce: () => string;
}

export interface Settled {
  /** Groups whose values in the archive became writes of this node. */
  readonly taken: number;
  /** Groups whose values in the archive became conflict records. */
  readonly recorded: number;
}

/** Where a row's stamp names the row. */
export const operationIdAt = stampColumns.indexOf("crdt_operation_id");

/** How the rows of a table are recognised: by those of its immutable columns that this file has. */
export function identificationOf({ mapping, columns, present }: Table): Identification {
  const identity = columns.flatMap((name, index) =>
    present[index] && mapping.identity.includes(name) ? [{ name, index }] : [],
  );
  return { table: mapping.name, columns: identity };
}

/**
 * Makes rows that stand in the archive what the state says, and tells the state first what stands there instead. All of
 * them have their identity in `crdt_rows`; the caller holds the write lock.
 */
export function settlePresent(parts: PresenceParts, present: readonly Present[]): Settled {
  if (present.length === 0) return { taken: 0, recorded: 0 };
  const { state, nonce } = parts;
  const unevicted = present.filter(({ isEvicted }) => isEvicted).map(keyOf);
  if (unevicted.length > 0) {
    state.plan({ nonce: nonce(), captured: { ...nothingCaptured, unevicted }, maxRows: 0, also: [] });
  }
  let done: Settled = { taken: 0, recorded: 0 };
  let at = 0;
  for (const rows of lookAtAll(state, present.map(keyOf))) {
    const { taken, recorded } = settleSome(parts, present.slice(at, at + rows.length), rows);
    done = { taken: done.taken + taken, recorded: done.recorded + recorded };
    at += rows.length;
  }
  return done;
}

const keyOf = ({ access, uid }: Present) => ({ table: access.table.mapping.name, uid });

/** Settles rows of which it is known how they should be shown. */
function settleSome(
  { state, show }: PresenceParts,
  present: readonly Present[],
  rows: readonly PlannedRow[],
): Settled {
  const views = new Map(rows.map((row) => [uidText(row.uid), row]));
  const found: FoundRow[] = [];
  const unlike = new Set<string>();
  for (const one of present) {
    const { access, row, uid } = one;
    const name = uidText(uid);
    const view = views.get(name)?.view;
    if (view === undefined) continue;
    const groups = differences(access.table, row, view);
    if (groups.length > 0) found.push({ ...keyOf(one), groups });
    if (groups.length > 0 || !bears(row, access.table, uid)) unlike.add(name);
  }
  const weighed = found.length > 0 ? state.weigh(found) : { rows: [], taken: 0, recorded: 0 };
  for (const row of weighed.rows) views.set(uidText(row.uid), row);
  // Most rows are as they should be, and need not be looked at once more.
  show([...views].flatMap(([name, row]) => (unlike.has(name) && row.view ? [row] : [])));
  return { taken: weighed.taken, recorded: weighed.recorded };
}

/** Whether the row says itself which one it is, where its table has room for that. */
function bears({ stamp }: ArchiveRow, { mapping }: Table, uid: Uid): boolean {
  return !mapping.stamped || stamp[operationIdAt] === uidText(uid);
}

/** The groups of which the archive shows something else than the state. */
function differences(table: Table, row: ArchiveRow, view: RowView): readonly FoundGroup[] {
  return table.groups.flatMap((group) => {
    if (group.initialOnly) return [];
    const values: Value[] = [];
    let differs = false;
    for (let i = group.from; i < group.to; i++) {
      const shown = view.values[i] ?? null;
      // What this file has no column for cannot differ.
      const value = table.present[i] ? row.values[i]! : shown;
      if (!sameValue(value, shown)) differs = true;
      values.push(value);
    }
    return differs
      ? [{ name: group.name, values, isLater: isLater(table, group, row.values, view.values) }]
      : [];
  });
}

/** By the time that such a group carries itself, as text that sorts: a value with a time is later than one without. */
function isLater(
  { mapping, columns }: Table,
  group: GroupRange,
  found: readonly Value[],
  shown: readonly Value[],
): boolean | undefined {
  const column = mapping.times?.[group.name];
  const index = column === undefined ? -1 : columns.indexOf(column, group.from);
  if (index < 0) return undefined;
  const [there, here] = [found[index] ?? null, shown[index] ?? null];
  if (there === null) return here === null ? undefined : false;
  if (here === null) return true;
  return typeof there === "string" && typeof here === "string" && there !== here ? there > here : undefined;
}
