import type { Hasher } from "@jarvis-crdt/batch";
import type { Uid } from "@jarvis-crdt/crdt";
import type { RowView } from "../state/state.ts";
import type { NaturalKey } from "./natural-key.ts";
import type { Table } from "./table.ts";

/** The key that a row of another node brings along; undefined where its uid is not that key's. */
export function ownKey(
  table: Table,
  naturalKey: NaturalKey,
  view: RowView,
  hasher: Hasher,
): string | undefined {
  const key = naturalKey.of(
    naturalKey.columns.map((name) => view.values[table.columns.indexOf(name)] ?? null),
  );
  const { name } = table.mapping;
  return naturalKey.fits(key) && isSame(naturalKey.uid(hasher, name, key), view.uid) ? key : undefined;
}

function isSame(a: Uid, b: Uid): boolean {
  return a.every((byte, i) => byte === b[i]);
}
