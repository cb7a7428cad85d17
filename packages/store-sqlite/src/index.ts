export { adoptionUid } from "./archive/adoption-uid.ts";
export { type ArchiveFacts, archiveFacts } from "./archive/archive-facts.ts";
export { ArchiveFile } from "./archive/archive-file.ts";
export { archiveLockFile } from "./archive/archive-lock.ts";
export * from "./archive/archive-loop.ts";
export type { ArchiveOptions } from "./archive/archive-options.ts";
export { adoptionTable, capturedTables, hasCapture, installCapture, isAdopting } from "./archive/capture.ts";
export { entryKind } from "./archive/capture-sql.ts";
export {
  type ArchiveDatabase,
  asArchiveError,
  isBusy,
  type OpenOptions,
  openArchiveDatabase,
  sqliteCode,
} from "./archive/database.ts";
export { disown } from "./archive/disown.ts";
export * from "./archive/error.ts";
export * from "./archive/exchange.ts";
export { type ForeignTrigger, foreignTriggers } from "./archive/foreign-triggers.ts";
export { greatestRow } from "./archive/large-rows.ts";
export { type LocalKey, readKey } from "./archive/local-key.ts";
export { type Marker, readMarker } from "./archive/marker.ts";
export { isLogMixed, setLogAside } from "./archive/mixed-log.ts";
export { quote } from "./archive/name.ts";
export { longestKey, type NaturalKey } from "./archive/natural-key.ts";
export { nodeHolding } from "./archive/node-holding.ts";
export type { Reconciled } from "./archive/reconcile/reconcile.ts";
export { type RefusedRowView, readRefused } from "./archive/refused-reader.ts";
export { type ArchiveRow, RowReader } from "./archive/row-reader.ts";
export { RowWriter } from "./archive/row-writer.ts";
export { toSql } from "./archive/sql-value.ts";
export { prepared } from "./archive/statements.ts";
export { columnsOf, describeTable, stampColumns, type Table } from "./archive/table.ts";
export { withDeclared } from "./declared.ts";
export * from "./mapping.ts";
export { SqliteStore, type SqliteStoreOptions } from "./sqlite-store.ts";
export type { CellAudit } from "./state/cell-audit.ts";
export type { ConflictRecord } from "./state/conflict-records.ts";
export type { StateFileOptions } from "./state/core.ts";
export { databaseHealth } from "./state/database-health.ts";
export { examineFence, type FenceState } from "./state/examine-fence.ts";
export { Lock } from "./state/lock.ts";
export type { NamedCell } from "./state/named-cells.ts";
export type { OpenConflict, Sibling } from "./state/open-conflicts.ts";
export type { Durability } from "./state/open-database.ts";
export { Oversight } from "./state/oversight.ts";
export type { QuarantinedTransaction, TransactionPlace } from "./state/quarantine.ts";
export type * from "./state/state.ts";
export { StateCopy } from "./state/state-copy.ts";
export type { StateEvictions } from "./state/state-evictions.ts";
export { StateFile } from "./state/state-file.ts";
export { stateHolder } from "./state/state-holder.ts";
export { StateReader } from "./state/state-reader.ts";
export type { SyncRecord } from "./state/sync-log.ts";

export { ArchiveThread, type ArchiveThreadOptions } from "./thread/archive-thread.ts";
export { type ArchiveWork, runArchiveWorker } from "./thread/archive-worker.ts";
export { uidOfInsert } from "./uid.ts";
export { Upkeep, type UpkeepOptions } from "./upkeep.ts";
