import type { Uid } from "@jarvis-crdt/crdt";
import type { ChangedRow, PlannedRow, State } from "../state/state.ts";
import type { Access } from "./access.ts";
import type { LocalKey } from "./local-key.ts";
import { lookAtAll } from "./look.ts";
import type { ArchiveRow } from "./row-reader.ts";

/** A row that shall be shown, with what the file holds of it where that was read for it. */
export interface WholeRow extends PlannedRow {
  readonly here?: ArchiveRow;
}

/**
 * Rows of one table, each whole: what has not changed of a row is what the file shows. A row that the file holds back, or
 * has lost, is not there as the state believes, and the state is asked for all of it.
 */
export function wholeRows(
  { table, reader }: Access,
  rows: readonly (PlannedRow | ChangedRow)[],
  keys: readonly (LocalKey | undefined)[],
  isHeldBack: (uid: Uid) => boolean,
  state: Pick<State, "look">,
): readonly WholeRow[] {
  const missing: number[] = [];
  const whole = rows.map((row, i): WholeRow => {
    if (!("changed" in row)) return row;
    const key = keys[i];
    const here = key === undefined || isHeldBack(row.uid) ? undefined : reader.one(key);
    if (here === undefined) {
      missing.push(i);
      return { table: row.table, uid: row.uid, view: undefined };
    }
    const { uid, dot, stamp, changed } = row;
    const values = changed.map((value, column) => (value === undefined ? here.values[column]! : value));
    return { table: row.table, uid, view: { table: row.table, uid, dot, stamp, hint: null, values }, here };
  });
  const keysOf = missing.map((i) => ({ table: table.mapping.name, uid: rows[i]!.uid }));
  let at = 0;
  for (const seen of lookAtAll(state, keysOf)) for (const row of seen) whole[missing[at++]!] = row;
  return whole;
}
