import type { RowReader } from "./row-reader.ts";
import type { RowWriter } from "./row-writer.ts";
import type { Table } from "./table.ts";

/** A table with everything that reads and writes it. */
export interface Access {
  readonly table: Table;
  readonly reader: RowReader;
  readonly writer: RowWriter;
}
