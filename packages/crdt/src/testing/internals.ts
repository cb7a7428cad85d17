import type { CellMapState } from "../parts/cell-map.ts";
import type { RegisterEntry, RegisterState } from "../parts/register-writes.ts";
import type { Value } from "../value.ts";

// All by which two states can differ, as values.

export function entryInternals({ dot, stamp, value }: RegisterEntry<Value>): Value {
  return [dot.log, dot.seq, stamp, value];
}

export function registerInternals(state: RegisterState<Value>): Value {
  return [state.entries.map(entryInternals), state.context.toJSON()];
}

export function dotMapInternals<Item>(state: CellMapState<Value, Item>, show: (item: Item) => Value): Value {
  const cells = [...state.cells].map(([key, cell]): [string, Value] => [String(key), cell.map(show)]);
  return [Object.fromEntries(cells), state.context.toJSON()];
}
