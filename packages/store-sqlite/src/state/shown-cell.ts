import {
  addRow,
  type Dot,
  type EncodedRowAdd,
  type IsDead,
  type Operation,
  type RowCell,
  removeRow,
  sameDot,
  setRow,
} from "@jarvis-crdt/crdt";
import type { TableBinding } from "@jarvis-crdt/store";

export type RowOperation = Extract<Operation, { table: number }> | EncodedRowAdd;

const alive: IsDead = () => false;

/** What the archive shows after the application's write, from what it showed before. */
export function written(
  table: TableBinding,
  shown: RowCell | undefined,
  dot: Dot,
  operation: RowOperation,
): RowCell | undefined {
  const { stamp } = operation;
  switch (operation.kind) {
    case "row.add":
      return addRow(undefined, { dot, stamp }, table.object.groups.length, alive).cell;
    case "row.set":
      return setRow(
        shown,
        { dot, stamp, adds: operation.adds },
        table.groups[operation.group]!.part,
        operation.seen,
        alive,
      ).cell;
    case "row.remove":
      return removeRow(shown, operation.adds).cell;
  }
}

/** A cell with nothing but this add. */
export function onlyAdd(cell: RowCell, add: Dot): RowCell {
  return {
    adds: [add],
    groups: cell.groups.map((entries) => entries.filter(({ dot }) => sameDot(dot, add))),
  };
}
