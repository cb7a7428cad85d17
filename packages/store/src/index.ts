export {
  type Acknowledgement,
  acknowledge,
  acknowledgements,
  acknowledgementsOf,
  isReserved,
} from "./collection/acknowledgement.ts";
export type * from "./collection/collect.ts";
export * from "./collection/horizon.ts";
export { type CellLeaf, compareNames, leafBytes, nameBytes } from "./digest/cell-entries.ts";
export * from "./digest/cell-leaf.ts";
export { checkedPages } from "./digest/checked-pages.ts";
export * from "./digest/compare-digests.ts";
export * from "./digest/digest-part.ts";
export { type DigestNode, type DigestNodes, DigestTree } from "./digest/digest-tree.ts";
export { cellOf, touchedCells } from "./digest/touched-cells.ts";
export { AddedRows } from "./engine/added-rows.ts";
export { commonPoint, pointsOf, untilHollow } from "./engine/branches.ts";
export { equalBytes, keyOf } from "./engine/bytes.ts";
export type * from "./engine/cells.ts";
export * from "./engine/engine.ts";
export { isCovered } from "./engine/interpreter.ts";
export * from "./engine/logs.ts";
export * from "./engine/medium.ts";
export * from "./engine/object.ts";
export * from "./engine/object-cells.ts";
export * from "./engine/object-states.ts";
export * from "./engine/open-batch.ts";
export type { SeenRow } from "./engine/plan.ts";
export { registerKey } from "./engine/register-cell.ts";
export { bindSchema, type OwnGroup, type SchemaBinding, type TableBinding } from "./engine/schema-map.ts";
export {
  isSpent,
  isWithin,
  type OverwrittenPart,
  type Spent,
  type SpentHere,
  type SpentRun,
} from "./engine/spent.ts";
export * from "./engine/values.ts";
export type * from "./engine/waiting.ts";
export * from "./error.ts";
export { MemoryStore, type MemoryStoreOptions } from "./memory/memory-store.ts";
export type * from "./store.ts";
