import { decodeLogId } from "@jarvis-crdt/crdt";
import type { CellHasher, Cells, ObjectRef } from "@jarvis-crdt/store";

/** What the digest says of a cell as it is stored now; undefined where it is gone. */
export function leafOfCell(
  hasher: CellHasher,
  cells: Cells,
  name: Uint8Array,
  object: ObjectRef,
  key: Uint8Array,
): Uint8Array | undefined {
  switch (object.type) {
    case "counter": {
      const cell = cells.counter(object, decodeLogId(key));
      return cell && hasher.counter(name, cell);
    }
    case "register":
    case "keyed": {
      const cell = cells.register(object, key);
      return cell && hasher.register(name, cell);
    }
    case "set": {
      const cell = cells.element(object, key);
      return cell && hasher.element(name, cell);
    }
    case "table": {
      const cell = cells.row(object, key);
      return cell && hasher.row(name, object, cell);
    }
  }
}
