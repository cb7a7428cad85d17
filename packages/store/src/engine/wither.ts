import {
  type Dot,
  encodeElement,
  type LogId,
  type Outline,
  type RowCell,
  type RowChange,
  removeFromRegister,
  removeFromSet,
  removeRow,
  setRow,
  type Uid,
} from "@jarvis-crdt/crdt";
import type { Medium } from "./medium.ts";
import type { ObjectRef } from "./object.ts";
import type { OpenBatch } from "./open-batch.ts";
import { writtenCell } from "./register-cell.ts";
import type { Bind, SchemaBinding } from "./schema-map.ts";
import type { Spent } from "./spent.ts";

/**
 * Lets fall what lives here and is spent elsewhere: what removed it was taken hollow. The caller knows that it is true. Returns
 * how many operations of the log fell, wholly or in a column group. O(operations of the stretch).
 */
export function wither(
  medium: Medium,
  bind: Bind,
  log: LogId,
  { through, runs, overwritten }: Spent,
): number {
  const end = Math.min(through, medium.log(log)?.whole ?? 0);
  const groups = new Map<number, string[]>();
  for (const { seq, group } of overwritten) groups.set(seq, [...(groups.get(seq) ?? []), group]);
  let fallen = 0;
  let run = 0;
  for (let seq = Math.min(runs[0]?.first ?? end + 1, overwritten[0]?.seq ?? end + 1); seq <= end; ) {
    const batch = medium.open(log, seq)!;
    if (batch.isHollow || medium.isTold(log, batch.header.first) || medium.isWaiting(log, seq)) {
      seq = batch.last + 1;
      continue;
    }
    const withering = new Withering(medium, batch, bind(batch.header.schema));
    let here = 0;
    for (; seq <= Math.min(batch.last, end); seq++) {
      while ((runs[run]?.last ?? seq) < seq) run++;
      const isSpent = (runs[run]?.first ?? seq + 1) <= seq;
      const what = isSpent ? "all" : groups.get(seq);
      if (what !== undefined && withering.fall(seq, what)) here++;
    }
    if (here > 0) medium.recomputed({ log, first: batch.header.first, last: batch.last });
    fallen += here;
  }
  return fallen;
}

/** Takes dead dots of one batch out of the cells. */
class Withering {
  readonly #medium: Medium;
  readonly #batch: OpenBatch;
  readonly #binding: SchemaBinding | undefined;

  constructor(medium: Medium, batch: OpenBatch, binding: SchemaBinding | undefined) {
    this.#medium = medium;
    this.#batch = batch;
    this.#binding = binding;
  }

  /** Whether the operation lived. */
  fall(seq: number, groups: readonly string[] | "all"): boolean {
    const { header } = this.#batch;
    const operation = this.#batch.outline(seq - header.first);
    const dot = { log: header.log, seq };
    switch (operation.kind) {
      case "set.add":
        return groups === "all" && this.#element(operation, dot);
      case "register.set":
      case "keyed.set":
        return groups === "all" && this.#register(operation, dot);
      case "row.add":
      case "row.set":
        return this.#row(operation, dot, groups);
      default:
        return false;
    }
  }

  #element(operation: Extract<Outline, { kind: "set.add" }>, dot: Dot): boolean {
    const { cells } = this.#medium;
    const object = cells.object("set", operation.object);
    const key = encodeElement(operation.element);
    const before = cells.element(object, key);
    const after = removeFromSet(before, [dot]);
    if (after === before) return false;
    cells.putElement(object, key, after);
    return true;
  }

  #register(operation: Extract<Outline, { kind: "register.set" | "keyed.set" }>, dot: Dot): boolean {
    const { cells } = this.#medium;
    const { type, key } = writtenCell(operation);
    const object = cells.object(type, operation.object);
    const before = cells.register(object, key);
    const after = removeFromRegister(before, [dot]);
    if (after === before) return false;
    cells.putRegister(object, key, after);
    return true;
  }

  #row(
    operation: Extract<Outline, { kind: "row.add" | "row.set" }>,
    dot: Dot,
    groups: readonly string[] | "all",
  ): boolean {
    const table = this.#binding?.tables[operation.table];
    if (table === undefined || typeof table === "string") return false;
    const { object } = table;
    const before = this.#medium.cells.row(object, operation.uid);
    if (before === undefined) return false;
    if (groups === "all" && operation.kind === "row.add")
      return this.#changed(object, operation.uid, before, removeRow(before, [dot]));
    const parts =
      operation.kind === "row.set"
        ? [table.groups[operation.group]!.part]
        : object.groups.flatMap((name, part) => (groups.includes(name) ? [part] : []));
    let cell: RowCell = before;
    for (const part of parts) cell = withoutEntry(cell, part, dot);
    return this.#changed(object, operation.uid, before, { cell, superseded: [], lost: [] });
  }

  #changed(table: ObjectRef, uid: Uid, before: RowCell, { cell, lost }: RowChange): boolean {
    if (cell === before) return false;
    this.#medium.cells.putRow(table, uid, cell, before);
    for (const { group, entry } of lost) this.#medium.lostWrite(table, uid, group, entry);
    return true;
  }
}

/** The row without one entry of a column group. */
function withoutEntry(cell: RowCell, part: number, dot: Dot): RowCell {
  // A write that is dead itself, and has seen nothing but that entry.
  const nothing = { dot, stamp: "base", adds: cell.adds } as const;
  return setRow(cell, nothing, part, [dot], () => true).cell ?? cell;
}
