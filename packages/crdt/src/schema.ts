/**
 * What the rows of a batch look like. A schema is content-addressed: its id is the hash of its canonical bytes, the
 * batch header names the id, and the bytes travel once to each peer before the first batch that uses them.
 */
export interface Schema {
  readonly tables: readonly TableSchema[];
}

/** One table that replicates: its name, its kind and its columns by group. */
export interface TableSchema {
  readonly name: string;
  /** `records`: rows come and go · `grow-only`: rows are only added · `map`: rows with equal keys are one row. */
  readonly kind: "records" | "grow-only" | "map";
  /** The unit of concurrent writes: a group is written whole. Every replicated column is in exactly one group. */
  readonly groups: readonly ColumnGroup[];
}

/** Columns that are written, and merged, as a whole. */
export interface ColumnGroup {
  readonly name: string;
  readonly columns: readonly string[];
}
