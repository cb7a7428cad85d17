import { counterValue, decodeValue, type Schema, type Uid, type Value, winner } from "@jarvis-crdt/crdt";
import type { RegisterState, RowState } from "../store.ts";
import type { Cells } from "./cells.ts";
import type { Engine } from "./engine.ts";
import type { ObjectRef } from "./object.ts";
import { registerKey } from "./register-cell.ts";
import type { ValueReader } from "./values.ts";

/** As `Store.counter` gives it. */
export function counterState(cells: Cells, name: string): number | undefined {
  const object = cells.find("counter", name);
  const all = object === undefined ? [] : [...cells.counters(object)];
  return all.length === 0 ? undefined : counterValue(all);
}

/** As `Store.register` gives it. */
export function registerState(cells: Cells, values: ValueReader, name: string): RegisterState | undefined {
  const object = cells.find("register", name);
  const cell = object && cells.register(object, registerKey);
  if (cell === undefined) return undefined;
  const best = winner(cell);
  return { value: values.register(best), dot: best.dot, siblings: cell.length };
}

/** As `Store.set` gives it. */
export function setState(cells: Cells, name: string): readonly Value[] | undefined {
  const object = cells.find("set", name);
  return object && Array.from(cells.keys(object), (key) => decodeValue(key));
}

/** As `Store.row` gives it, of the tables of `schema`; `conflicts` counts the groups of a row that are in conflict. */
export function rowState(
  cells: Cells,
  engine: Engine,
  schema: Schema | undefined,
  uid: Uid,
  conflicts: (table: ObjectRef) => number,
): RowState | undefined {
  for (const { name, groups } of schema?.tables ?? []) {
    const table = cells.object("table", name);
    const cell = cells.row(table, uid);
    if (cell === undefined) continue;
    const columns = groups.flatMap((group) => group.columns);
    const values = engine.values.row(cell, engine.ownGroups(table)!);
    return {
      table: name,
      uid,
      dot: cell.adds[0],
      values: new Map(columns.map((column, i) => [column, values[i]!])),
      conflicts: conflicts(table),
    };
  }
  return undefined;
}
