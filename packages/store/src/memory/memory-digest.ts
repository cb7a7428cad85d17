import type { Hasher } from "@jarvis-crdt/batch";
import { encodeLogId } from "@jarvis-crdt/crdt";
import { type CellLeaf, compareNames } from "../digest/cell-entries.ts";
import { CellHasher } from "../digest/cell-leaf.ts";
import { type DigestNode, DigestTree } from "../digest/digest-tree.ts";
import type { ObjectRef } from "../engine/object.ts";
import type { Digest } from "../store.ts";
import type { MemoryCells } from "./memory-cells.ts";
import type { MemoryMedium } from "./memory-medium.ts";

/** The digest, made from nothing. O(cells). */
export function digestOf(medium: MemoryMedium, hasher: Hasher): Digest {
  const { cells } = medium;
  const leafOf = new CellHasher(hasher, ({ log, seq }) => {
    const batch = medium.open(log, seq);
    if (batch === undefined) throw new Error(`a cell refers to ${log}/${seq}, which is not stored`);
    return batch.leaf(seq);
  });
  const leaves: CellLeaf[] = [];
  for (const object of cells.objects()) for (const leaf of leavesOf(cells, object, leafOf)) leaves.push(leaf);
  const nodes = new Map<string, DigestNode>();
  const tree = new DigestTree(hasher, {
    get: (path) => nodes.get(path),
    put: (path, node) => nodes.set(path, node),
    delete: (path) => nodes.delete(path),
  });
  tree.update(leaves.sort((a, b) => compareNames(a.name, b.name)));
  return { digest: tree.root, rows: rowCount(cells), cells: leaves.length };
}

/** Live rows of all tables. */
export function rowCount(cells: MemoryCells): number {
  let rows = 0;
  for (const object of cells.objects()) if (object.type === "table") rows += cells.size(object);
  return rows;
}

function* leavesOf(cells: MemoryCells, object: ObjectRef, hasher: CellHasher): Iterable<CellLeaf> {
  if (object.type === "counter") {
    for (const log of cells.counterLogs(object)) {
      const name = hasher.name(object, encodeLogId(log));
      yield { name, leaf: hasher.counter(name, cells.counter(object, log)!) };
    }
    return;
  }
  for (const key of cells.keys(object)) {
    const name = hasher.name(object, key);
    yield { name, leaf: leafUnder(cells, object, key, name, hasher) };
  }
}

function leafUnder(
  cells: MemoryCells,
  object: ObjectRef,
  key: Uint8Array,
  name: Uint8Array,
  hasher: CellHasher,
): Uint8Array {
  switch (object.type) {
    case "set":
      return hasher.element(name, cells.element(object, key)!);
    case "table":
      return hasher.row(name, object, cells.row(object, key)!);
    default:
      return hasher.register(name, cells.register(object, key)!);
  }
}
