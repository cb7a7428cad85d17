import { encodeElement, encodeLogId, type Operation } from "@jarvis-crdt/crdt";
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
    const operation = batch.at(i);
    yield [objectOf(operation, binding, cells), keyOf(operation, batch)];
  }
}

function objectOf(operation: Operation, binding: SchemaBinding | undefined, cells: Cells): ObjectRef {
  switch (operation.kind) {
    case "counter.add":
      return cells.object("counter", operation.object);
    case "register.set":
      return cells.object("register", operation.object);
    case "set.add":
    case "set.remove":
      return cells.object("set", operation.object);
    default: {
      const table = binding?.tables[operation.table];
      if (table === undefined || typeof table === "string")
        throw new Error("an interpreted row has no table");
      return table.object;
    }
  }
}

function keyOf(operation: Operation, batch: OpenBatch): Uint8Array {
  switch (operation.kind) {
    case "counter.add":
      return encodeLogId(batch.header.log);
    case "register.set":
      return new Uint8Array(0);
    case "set.add":
    case "set.remove":
      return encodeElement(operation.element);
    default:
      return operation.uid;
  }
}
