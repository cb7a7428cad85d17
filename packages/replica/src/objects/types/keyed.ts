import { CausalContext, type KeyedRegistersState, type Value } from "@jarvis-crdt/crdt";
import type { Intent } from "@jarvis-crdt/store";
import type { Access, Bases } from "../kind.ts";

/** What is kept below one name, as a state of a container of registers under keys. */
export async function keyedState<V extends Value = Value>(
  base: string,
  access: Access,
  key?: Value,
): Promise<KeyedRegistersState<Value, V>> {
  const cells = await access.cells("keyed", base, key);
  return {
    cells: cells.map((cell) => [cell.key, cell.entries as readonly never[]] as const),
    context: CausalContext.of(cells.flatMap(({ entries }) => entries.map(({ dot }) => dot))),
    whole: false,
  };
}

/** A write under a key that replaces all that is there. */
export function writesUnder([first, ...others]: Bases, key: Value, value: Value): readonly Intent[] {
  return [
    { kind: "keyed.set", object: first, key, value },
    ...others.map((object): Intent => ({ kind: "keyed.remove", object, key })),
  ];
}

export function removesUnder(bases: Bases, key: Value): readonly Intent[] {
  return bases.map((object) => ({ kind: "keyed.remove", object, key }));
}
