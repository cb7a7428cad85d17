import { createHash } from "node:crypto";
import { completeEntry, NewRowError, type NewRows, operationRows, type RowAdd } from "@jarvis-crdt/archive";
import type { Value } from "@jarvis-crdt/crdt";
import type { Intent } from "@jarvis-crdt/store";
import { keyGroup, type TableMapping } from "@jarvis-crdt/store-sqlite";
import { type NewOperation, type NewRow, ServiceError } from "../service.ts";

/** Makes rows of what a client posts, and tells the CRDT type that a row has by the mapping. */
export class Entries {
  readonly #rows: NewRows;
  readonly #mappings: ReadonlyMap<string, TableMapping>;
  readonly #now: () => number;

  constructor(rows: NewRows, mappings: readonly TableMapping[], now: () => number) {
    this.#rows = rows;
    this.#mappings = new Map(mappings.map((mapping) => [mapping.name, mapping]));
    this.#now = now;
  }

  /** The first row stands for the entry. Throws ServiceError. */
  rowsOf(entry: NewRow | NewOperation): readonly [RowAdd, ...RowAdd[]] {
    try {
      const rows = "table" in entry ? [this.#row(entry)] : operationRows(this.#rows, entry, this.#context());
      return rows as [RowAdd, ...RowAdd[]];
    } catch (error) {
      if (error instanceof NewRowError) throw new ServiceError("invalid", error.message);
      throw error;
    }
  }

  /** Whether a table's key says which row is meant. */
  isKeyed(table: string): boolean {
    return this.#mappings.get(table)?.keyColumns !== undefined;
  }

  /** What posting a row means whose key is there already: its other columns become these. Throws ServiceError. */
  changesOf({ table, uid, values }: RowAdd): readonly Intent[] {
    const { kind, groups } = this.#mappings.get(table)!;
    if (kind === "grow-only")
      throw new ServiceError("invalid", `${table} has a row with this key, and its rows are only added`);
    let from = 0;
    return groups.flatMap((group): Intent[] => {
      const own = values.slice(from, from + group.columns.length);
      from += group.columns.length;
      return group.name === keyGroup ? [] : [{ kind: "row.set", table, uid, group: group.name, values: own }];
    });
  }

  typeOf(table: string, values: ReadonlyMap<string, Value>): string {
    return this.#mappings.get(table)?.typeOf(values) ?? "";
  }

  close(): void {
    this.#rows[Symbol.dispose]();
  }

  #row({ table, values }: NewRow): RowAdd {
    const columns = this.#rows.columnsOf(table);
    const complete =
      table === "archive_entries" && columns ? completeEntry(values, columns, this.#context()) : values;
    return this.#rows.add(table, complete);
  }

  #context() {
    return { now: this.#now(), sha256: (text: string) => createHash("sha256").update(text).digest("hex") };
  }
}
