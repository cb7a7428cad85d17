/** How an operator wants a table to replicate; what is left out is found by introspection. */
export interface TableChoice {
  /** Default: `records` where rows have a local number, `map` where their key replicates. */
  readonly kind?: "records" | "grow-only" | "map" | "local" | undefined;
  /** The columns of the key that replicates, where a table has several. */
  readonly key?: readonly string[] | undefined;
  /** Columns that are written together; the rest is one group. */
  readonly groups?: readonly (readonly string[])[] | undefined;
  /** What a deletion by the application means. Default: `replicate`, but nothing is ever removed from a grow-only table. */
  readonly deletes?: "evict" | "replicate" | undefined;
}
