import type { ColumnGroup, Schema, Value } from "@jarvis-crdt/crdt";

/** How one table of the application's file replicates. Data, made by introspection and configuration. */
export interface TableMapping {
  readonly name: string;
  /** `local` tables are left alone. */
  readonly kind: "records" | "grow-only" | "map" | "local";
  /** The INTEGER PRIMARY KEY; it is local and does not replicate. Not used where there are `keyColumns`. */
  readonly key: string;
  /**
   * Columns of a key that replicates, in the order of their index, and which decides about identity: rows with equal keys
   * are one row, on whatever node they were inserted. They are the group `keyGroup`.
   */
  readonly keyColumns?: readonly string[];
  readonly groups: readonly ColumnGroup[];
  /** Groups whose first value travels with the row and whose later changes stay on this node. */
  readonly initialOnly: readonly string[];
  /** Columns that make the uid of an adopted row, so that one file adopted on two machines is one set of rows. */
  readonly identity: readonly string[];
  /** Columns that tell when a group was written, as text that sorts: of two adopted values the later one is shown. */
  readonly times?: { readonly [group: string]: string };
  /** What a deletion by the application means: hide the row here, or remove it everywhere. */
  readonly deletes: "evict" | "replicate";
  /** The table has the six `crdt_*` columns of the plan, filled when a row is materialised. */
  readonly stamped: boolean;
  /** CRDT type shown in `crdt_type`, from the row's columns. */
  readonly typeOf: (columns: ReadonlyMap<string, Value>) => string;
  /** Of a local table: why it is, for people. */
  readonly why?: string;
}

/** Name of the column group that holds a key which replicates. */
export const keyGroup = "key";

/** The schema that batches of this file name. */
export function schemaOf(mappings: readonly TableMapping[]): Schema {
  return {
    tables: mappings
      .filter((mapping) => mapping.kind !== "local")
      .map(({ name, kind, groups }) => ({ name, kind: kind as "records" | "grow-only" | "map", groups })),
  };
}
