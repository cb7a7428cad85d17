export { type Adoption, type AdoptionOptions, applyAdoption } from "./apply-adoption.ts";
export type { Backup } from "./backup.ts";
export type { ForeignTrigger } from "./foreign-trigger.ts";
export { type AdoptionPlan, planAdoption } from "./plan-adoption.ts";
