export { type EntryType, type TypeRule, type TypeRules, typeAssigner } from "./crdt-type.ts";
export { createArchive } from "./create-archive.ts";
export { describeMapping, isRefused, type MappingDocument, type TableDocument } from "./describe-mapping.ts";
export { type MapOptions, mapArchive } from "./map-archive.ts";
export { completeEntry, type EntryContext, type EntryOperation, operationRows } from "./new-entry.ts";
export { NewRowError, NewRows, type RowAdd } from "./new-rows.ts";
export { archiveSchema, workflowSchema } from "./schema.ts";
export type { TableChoice } from "./table-choice.ts";
