export type { ForeignTrigger } from "@jarvis-crdt/store-sqlite";
export {
  type Adoption,
  type AdoptionOptions,
  type AdoptionProgress,
  applyAdoption,
} from "./apply-adoption.ts";
export { applyRollback, type Rollback, type RollbackOptions } from "./apply-rollback.ts";
export type { Backup } from "./backup.ts";
export type { Check } from "./checks.ts";
export { type ColumnPattern, type DataPatterns, findPatterns, type PatternOptions } from "./find-patterns.ts";
export { MigrateError, type MigrateErrorCode } from "./migrate-error.ts";
export {
  type AdoptionPlan,
  type Estimate,
  type PlanOptions,
  planAdoption,
  refusalOf,
} from "./plan-adoption.ts";
export { planRollback, type RollbackPlan } from "./plan-rollback.ts";
export type { Traces } from "./remove-capture.ts";
export { type Measurements, rollbackReasons } from "./rollback-reasons.ts";
export { stopNode } from "./stop-node.ts";
export type { TableFindings } from "./tally.ts";
export { type Verification, type VerifyOptions, verifyAdoption } from "./verify-adoption.ts";
