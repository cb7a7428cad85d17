import type { Uid } from "@jarvis-crdt/crdt";
import type { Engine } from "../engine/engine.ts";
import { type ObjectRef, showsConflicts } from "../engine/object.ts";
import type { MemoryCells } from "./memory-cells.ts";

/** Groups of a row whose concurrent writes differ. */
export function rowConflicts(cells: MemoryCells, engine: Engine, table: ObjectRef, uid: Uid): number {
  const cell = cells.row(table, uid);
  const groups = engine.ownGroups(table) ?? [];
  return groups.filter((group) => {
    const entries = cell?.groups[group.part] ?? [];
    return entries.length > 1 && engine.values.differ(entries, group);
  }).length;
}

/** Rows and registers in conflict. O(cells). */
export function openConflicts(cells: MemoryCells, engine: Engine): number {
  let conflicts = 0;
  for (const object of cells.objects()) {
    if (object.type === "table")
      for (const uid of cells.keys(object)) if (rowConflicts(cells, engine, object, uid) > 0) conflicts++;
    if (!showsConflicts(object)) continue;
    for (const key of cells.keys(object)) {
      const cell = cells.register(object, key)!;
      if (cell.length > 1 && engine.values.registersDiffer(cell)) conflicts++;
    }
  }
  return conflicts;
}
