import { sameValue } from "@jarvis-crdt/crdt";
import type { Engine, Intent, ObjectRef, OwnGroup } from "@jarvis-crdt/store";
import type { SqlMedium } from "./medium.ts";
import { isLatestBase } from "./rival-bases.ts";
import type { RowKey } from "./state.ts";
import { type FoundRow, weigh } from "./weigh.ts";

export interface WeighParts {
  readonly medium: SqlMedium;
  readonly values: Engine["values"];
  /** Throws where the table is not replicated here. */
  readonly table: (name: string) => ObjectRef;
  readonly groupsOf: (table: ObjectRef) => readonly OwnGroup[];
  /** Whether rows of the table never change. */
  readonly isFixed: (table: string) => boolean;
}

export interface WeighedRows {
  /** Values of the file that shall become writes of this node. */
  readonly intents: readonly Intent[];
  /** The rows that these change. */
  readonly taken: readonly RowKey[];
  /** Groups of which the file's values became conflict records. */
  readonly recorded: number;
}

/** Weighs every group of rows that stand in a file otherwise than the state shows them. */
export function weighRows(parts: WeighParts, found: readonly FoundRow[]): WeighedRows {
  const { medium, values } = parts;
  const { cells, conflicts } = medium;
  const intents: Intent[] = [];
  const taken: RowKey[] = [];
  let recorded = 0;
  for (const { table: name, uid, groups } of found) {
    const table = parts.table(name);
    const own = parts.groupsOf(table);
    const isFixed = parts.isFixed(name);
    const cell = cells.row(table, uid);
    const before = intents.length;
    for (const group of groups) {
      const part = table.groups.indexOf(group.name);
      const ownGroup = own.find((one) => one.part === part)!;
      const { columns } = ownGroup;
      const isLatest = (time: number) =>
        cell !== undefined &&
        !isFixed &&
        isLatestBase(cell, part, group.values, time, (entry) => values.group(entry, ownGroup));
      const isFirst = () => {
        const from = own.slice(
          0,
          own.findIndex((one) => one.part === part),
        );
        const start = from.reduce((sum, one) => sum + one.columns.length, 0);
        const first = values.add(cell!.adds[0]).row.slice(start, start + columns.length);
        return first.every((value, i) => sameValue(value, group.values[i] ?? null));
      };
      const weighFound = () => (cell === undefined ? "record" : weigh(cell, part, group, isFirst, isFixed));
      const verdict = group.time === undefined ? weighFound() : isLatest(group.time) ? "take" : "pass";
      if (verdict === "record" && conflicts.found(table, uid, columns, group, cell, part)) recorded++;
      if (verdict === "take")
        intents.push({ kind: "row.set", table: name, uid, group: group.name, values: group.values });
    }
    if (intents.length > before) taken.push({ table: name, uid });
  }
  return { intents, taken, recorded };
}
