import type { FoundGroup, FoundRow } from "../state/weigh.ts";
import type { Access } from "./access.ts";
import type { LocalKey } from "./local-key.ts";
import type { GroupRange, Table } from "./table.ts";
import type { WholeRow } from "./whole-rows.ts";

/**
 * Rows about to be shown that were adopted and stand in this file, with the values of those groups that carry a time:
 * another node may have adopted the same row when it was older.
 */
export function adoptedRows(
  { table, reader }: Access,
  rows: readonly WholeRow[],
  keys: readonly (LocalKey | undefined)[],
): readonly FoundRow[] {
  const timed = table.groups.flatMap((group) => {
    const time = timeIn(table, group);
    return time === undefined ? [] : [{ group, time }];
  });
  if (timed.length === 0) return [];
  return rows.flatMap(({ table: name, uid, view, here: read }, i): FoundRow[] => {
    const key = keys[i];
    // Of a packed row, and of one that has only changed, nobody knows but one author.
    if (key === undefined || view?.stamp !== "base" || view.slots !== undefined || read) return [];
    const here = reader.one(key);
    if (here === undefined) return [];
    const groups = timed.map(
      ({ group, time }): FoundGroup => ({
        name: group.name,
        values: here.values.slice(group.from, group.to),
        isLater: undefined,
        time,
      }),
    );
    return [{ table: name, uid, groups }];
  });
}

/** Which of a group's values is their time; undefined where none is, or the file lacks a part of the group. */
export function timeIn({ mapping, columns, present }: Table, group: GroupRange): number | undefined {
  const column = mapping.times?.[group.name];
  const time = column === undefined ? -1 : columns.indexOf(column, group.from) - group.from;
  return time >= 0 && present.slice(group.from, group.to).every(Boolean) ? time : undefined;
}
