import type { ColumnGroup, Schema } from "@jarvis-crdt/crdt";
import type { TableMapping } from "./mapping.ts";

/**
 * A node's schema after its file has changed: what it declared once stays declared, because its log and its cells hold
 * such columns. A column that the file has no more reads as what the state knows of it.
 *
 * A table that changed its kind, and a group whose columns are in other groups now, are as `now` says.
 */
export function declared(before: Schema | undefined, now: Schema): Schema {
  if (before === undefined) return now;
  const tables = now.tables.map((table) => {
    const was = before.tables.find(({ name }) => name === table.name);
    if (was === undefined || was.kind !== table.kind) return table;
    const here = new Set(table.groups.flatMap(({ columns }) => columns));
    const groups = table.groups.map((group): ColumnGroup => {
      const columns = was.groups.find(({ name }) => name === group.name)?.columns ?? [];
      const gone = columns.filter((column) => !here.has(column));
      return gone.length === 0 ? group : { ...group, columns: [...group.columns, ...gone].sort() };
    });
    return { ...table, groups };
  });
  const gone = before.tables.filter(({ name }) => !now.tables.some((table) => table.name === name));
  return { tables: [...tables, ...gone] };
}

/** The mappings with all columns that are declared. */
export function withDeclared(mappings: readonly TableMapping[], schema: Schema): TableMapping[] {
  return mappings.map((mapping) => {
    const table = schema.tables.find(({ name }) => name === mapping.name);
    if (table === undefined || mapping.kind === "local") return mapping;
    const groups = mapping.groups.map(
      (group) => table.groups.find(({ name }) => name === group.name) ?? group,
    );
    return { ...mapping, groups };
  });
}
