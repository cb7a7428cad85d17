export { defaultType, type EntryType, type TypeRule, typeAssigner, typeRules } from "./crdt-type.ts";
export { createArchive } from "./create-archive.ts";
export { type MapOptions, mapArchive } from "./map-archive.ts";
export { completeEntry, type EntryContext, type EntryOperation, operationRows } from "./new-entry.ts";
export { NewRowError, NewRows, type RowAdd } from "./new-rows.ts";
export { archiveSchema, workflowSchema } from "./schema.ts";
