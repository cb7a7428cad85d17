export { type Adoption, type AdoptionOptions, applyAdoption } from "./apply-adoption.ts";
export { applyRollback, type Rollback, type RollbackOptions } from "./apply-rollback.ts";
export type { Backup } from "./backup.ts";
export type { ForeignTrigger } from "./foreign-trigger.ts";
export { MigrateError, type MigrateErrorCode } from "./migrate-error.ts";
export { type AdoptionPlan, planAdoption } from "./plan-adoption.ts";
export { planRollback, type RollbackPlan } from "./plan-rollback.ts";
export type { Traces } from "./remove-capture.ts";
