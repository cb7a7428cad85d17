import { sameDot } from "@jarvis-crdt/crdt";
import type { Core } from "./core.ts";
import type { ChangedRow, RowKey } from "./state.ts";

/**
 * What the archive shows otherwise of a row that it shows, so that of the row's other values nothing is unpacked. Undefined
 * where its whole view is needed: it is not known to be there as the worklist says, it is to vanish, or its adds are
 * others, of which each may be an adoption that is to be weighed.
 */
export function changeOf(core: Core, { table: name, uid }: RowKey): ChangedRow | undefined {
  const { engine, evictions, medium } = core;
  const table = core.table(name);
  const groups = engine.ownGroups(table);
  const prior = medium.todo.prior(table, uid)?.cell;
  if (prior === undefined || groups === undefined || evictions.has(table, uid)) return undefined;
  const row = medium.cells.shortRow(table, uid);
  if (row?.cell === undefined) return undefined;
  const [add, ...others] = row.cell.adds;
  if (others.length > 0 || prior.adds.length !== 1 || !sameDot(prior.adds[0], add)) return undefined;
  const changed = engine.values.changes(row.cell, prior, groups);
  if (changed.every((value) => value === undefined)) return undefined;
  return { table: name, uid, dot: row.dot, stamp: row.stamp, changed };
}
