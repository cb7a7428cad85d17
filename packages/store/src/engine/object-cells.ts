import { decodeValue, encodeElement, type RegisterCell, type Value } from "@jarvis-crdt/crdt";
import type { ObjectCell, ObjectName } from "../store.ts";
import type { Cells } from "./cells.ts";
import type { ObjectRef } from "./object.ts";
import { registerKey } from "./register-cell.ts";
import type { ValueReader } from "./values.ts";

/** The live cells of a named object, or the one under `key`, with the values that were written. */
export function objectCells(
  cells: Cells,
  values: ValueReader,
  { type, name }: ObjectName,
  key?: Value,
): readonly ObjectCell[] {
  const object = cells.find(type, name);
  if (object === undefined) return [];
  if (type === "counter") {
    return [...cells.counterLogs(object)].map((log) => ({ type, log, sum: cells.counter(object, log)!.sum }));
  }
  const keys =
    type === "register" ? [registerKey] : key === undefined ? cells.keys(object) : [encodeElement(key)];
  return [...keys].flatMap((one) => cellUnder(cells, values, type, object, one));
}

function cellUnder(
  cells: Cells,
  values: ValueReader,
  type: "register" | "keyed" | "set",
  object: ObjectRef,
  key: Uint8Array,
): readonly ObjectCell[] {
  if (type === "set") {
    const dots = cells.element(object, key);
    return dots === undefined ? [] : [{ type, element: decodeValue(key), dots }];
  }
  const cell: RegisterCell | undefined = cells.register(object, key);
  if (cell === undefined) return [];
  const entries = cell.map((entry) => ({ ...entry, value: values.register(entry) }));
  return [{ type, key: type === "register" ? null : decodeValue(key), entries }];
}

/** As `Store.objects` gives them. */
export function objectNames(cells: Cells, name?: string): readonly ObjectName[] {
  return [...cells.named(name)].sort((a, b) => compare(a.name, b.name) || compare(a.type, b.type));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
