import { encodeElement, encodeLogId, type Outline } from "@jarvis-crdt/crdt";
import { againPart } from "../engine/again-part.ts";
import type { Cells } from "../engine/cells.ts";
import type { ObjectRef } from "../engine/object.ts";
import type { OpenBatch } from "../engine/open-batch.ts";
import type { SchemaBinding } from "../engine/schema-map.ts";

/** The cells that an interpreted batch may have changed: those that its operations name. O(operations). */
export function* touchedCells(
  batch: OpenBatch,
  binding: SchemaBinding | undefined,
  cells: Cells,
): Iterable<readonly [ObjectRef, Uint8Array]> {
  for (let i = 0; i < batch.header.count; i++) {
    const operation = batch.outline(i);
    if (hasCell(operation)) yield cellOf(operation, batch, binding, cells);
  }
}

/** An operation that says something of one cell. */
export type CellOutline = Exclude<Outline, { kind: "piece" | "log.abandon" }>;

export function hasCell(operation: Outline): operation is CellOutline {
  return operation.kind !== "piece" && operation.kind !== "log.abandon";
}

/** The cell of which the operation says something. */
export function cellOf(
  operation: CellOutline,
  batch: OpenBatch,
  binding: SchemaBinding | undefined,
  cells: Cells,
): readonly [ObjectRef, Uint8Array] {
  switch (operation.kind) {
    case "counter.add":
      return [cells.object("counter", operation.object), encodeLogId(batch.header.log)];
    case "counter.again":
      return [
        cells.object("counter", operation.object),
        encodeLogId(againPart(batch.header.log, operation.origin)),
      ];
    case "register.set":
      return [cells.object("register", operation.object), new Uint8Array(0)];
    case "set.add":
    case "set.remove":
      return [cells.object("set", operation.object), encodeElement(operation.element)];
    case "keyed.set":
    case "keyed.remove":
      return [cells.object("keyed", operation.object), encodeElement(operation.key)];
    default:
      return [tableOf(operation.table, binding), operation.uid];
  }
}

function tableOf(index: number, binding: SchemaBinding | undefined): ObjectRef {
  const table = binding?.tables[index];
  if (table === undefined || typeof table === "string") throw new Error("an interpreted row has no table");
  return table.object;
}
