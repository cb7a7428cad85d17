export { CausalContext, type ContextJson } from "./causal-context.ts";
export * from "./cells/counter-cell.ts";
export { type Entry, type HasSeen, type IsDead, winner } from "./cells/entry.ts";
export * from "./cells/register-cell.ts";
export * from "./cells/row-cell.ts";
export * from "./cells/set-cell.ts";
export { ByteReader } from "./codec/byte-reader.ts";
export { ByteWriter } from "./codec/byte-writer.ts";
export { encodeRowValues, readRowValues, writeRowValues } from "./codec/columns-codec.ts";
export { readDots, writeDots } from "./codec/dots-codec.ts";
export {
  decodeOperation,
  encodeOperation,
  type OpenRowAdd,
  openRowAdd,
  outlineOperation,
} from "./codec/operation-codec.ts";
export { operationKind } from "./codec/operation-kind.ts";
export { uidBytes } from "./codec/row-codec.ts";
export { RowSlots } from "./codec/row-slots.ts";
export { decodeSchema, encodeSchema } from "./codec/schema-codec.ts";
export type { OperationContext } from "./codec/stamp-codec.ts";
export { utf8Length } from "./codec/text.ts";
export {
  decodeValue,
  encodeElement,
  encodeValue,
  sameValue,
} from "./codec/value-codec.ts";
export * from "./containers/bounded-counter.ts";
export * from "./containers/ew-flag.ts";
export * from "./containers/g-counter.ts";
export * from "./containers/g-set.ts";
export * from "./containers/grow-log.ts";
export * from "./containers/lww-map.ts";
export * from "./containers/lww-register.ts";
export * from "./containers/max-register.ts";
export * from "./containers/min-register.ts";
export * from "./containers/mv-register.ts";
export * from "./containers/or-map.ts";
export * from "./containers/or-set.ts";
export * from "./containers/pn-counter.ts";
export * from "./containers/rw-set.ts";
export * from "./containers/time-series.ts";
export * from "./containers/two-phase-set.ts";
export * from "./dot.ts";
export * from "./encoded-values.ts";
export * from "./error.ts";
export * from "./frontier.ts";
export * from "./hlc.ts";
export * from "./limits.ts";
export * from "./log.ts";
export type * from "./operation.ts";
export type { CellMapState } from "./parts/cell-map.ts";
export type { CounterState } from "./parts/counter-parts.ts";
export type { Ordered } from "./parts/extreme-register.ts";
export type { KeyedRegistersState } from "./parts/keyed-registers.ts";
export type { RegisterEntry, RegisterState } from "./parts/register-writes.ts";
export * from "./pieces.ts";
export type * from "./schema.ts";
export * from "./value.ts";
