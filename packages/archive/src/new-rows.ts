import type { Hasher } from "@jarvis-crdt/batch";
import { RawText, type Uid, type Value } from "@jarvis-crdt/crdt";
import type { Intent } from "@jarvis-crdt/store";
import {
  type ArchiveDatabase,
  type ArchiveRow,
  columnsOf,
  describeTable,
  type LocalKey,
  longestKey,
  openArchiveDatabase,
  prepared,
  quote,
  RowReader,
  type Table,
  type TableMapping,
  toSql,
} from "@jarvis-crdt/store-sqlite";

/** A table without rows, like the one in the archive. */
interface Twin {
  readonly table: Table;
  readonly columns: ReadonlySet<string>;
  readonly reader: RowReader;
}

/** The intent that adds a row. */
export type RowAdd = Extract<Intent, { kind: "row.add" }>;

/** Why a row cannot be written: an unknown table or column, a value that the table refuses. The message is for the caller. */
export class NewRowError extends Error {
  override readonly name = "NewRowError";
  readonly code = "invalid";
}

/**
 * Makes the intents of rows that come through an interface instead of the application's file. An empty twin of each
 * table, in memory, gives missing columns their defaults and values their column's type, and refuses what the real
 * table would refuse: NOT NULL, CHECK, a missing default.
 */
export class NewRows implements Disposable {
  readonly #twin: ArchiveDatabase;
  readonly #tables = new Map<string, Twin>();
  readonly #uid: () => Uid;
  readonly #hasher: Hasher;

  /** `archive` is only read, now. `uid` names rows whose key does not. */
  constructor(
    archive: ArchiveDatabase,
    mappings: readonly TableMapping[],
    { uid, hasher }: { readonly uid: () => Uid; readonly hasher: Hasher },
  ) {
    this.#uid = uid;
    this.#hasher = hasher;
    this.#twin = openArchiveDatabase(":memory:", { create: true });
    const sqlOf = archive.prepare("SELECT sql FROM sqlite_schema WHERE type='table' AND name=?").pluck();
    for (const [id, replicated] of mappings.entries()) {
      if (replicated.kind === "local") continue;
      // Nothing is read of a new row's stamp, and a table that was just made anew may lack its columns yet.
      const mapping = { ...replicated, stamped: false };
      this.#twin.exec(sqlOf.get(mapping.name) as string);
      const columns = new Set(columnsOf(this.#twin, mapping.name).map(({ name }) => name));
      const table = describeTable(this.#twin, mapping, id);
      this.#tables.set(mapping.name, { table, columns, reader: new RowReader(this.#twin, table) });
    }
  }

  /** The columns of a table that a caller may give; undefined where the table does not replicate. */
  columnsOf(table: string): ReadonlySet<string> | undefined {
    return this.#tables.get(table)?.columns;
  }

  /** Throws NewRowError. */
  add(name: string, values: ReadonlyMap<string, Value>): RowAdd {
    const known = this.#tables.get(name);
    if (!known)
      throw new NewRowError(
        `table ${name} is not replicated; replicated are ${[...this.#tables.keys()].join(", ")}`,
      );
    const { table, columns } = known;
    const allowed = new Set(table.columns);
    for (const column of values.keys())
      if (!columns.has(column) || !allowed.has(column))
        throw new NewRowError(
          `${name} has no column ${column} that can be written; it has ${[...allowed].join(", ")}`,
        );
    const { key, values: typed } = this.#typed(known, values);
    return { kind: "row.add", table: name, uid: this.#uidOf(table, key), hint: null, values: typed };
  }

  [Symbol.dispose](): void {
    this.#twin.close();
  }

  #uidOf({ naturalKey, mapping: { name } }: Table, key: LocalKey): Uid {
    if (naturalKey === undefined) return this.#uid();
    if (typeof key === "string" && naturalKey.fits(key)) return naturalKey.uid(this.#hasher, name, key);
    throw new NewRowError(
      `${name} tells its rows apart by ${naturalKey.columns.join(", ")}, which must not be NULL or longer than ${longestKey / 2} bytes`,
    );
  }

  #typed({ table, reader }: Twin, values: ReadonlyMap<string, Value>): ArchiveRow {
    const { name } = table.mapping;
    const given = [...values];
    const into = given.map(([column]) => quote(column)).join(",");
    const places = given.map(([, value]) => (value instanceof RawText ? "CAST(? AS TEXT)" : "?")).join(",");
    const sql = given.length === 0 ? "DEFAULT VALUES" : `(${into}) VALUES (${places})`;
    try {
      const insert = prepared(this.#twin, `INSERT INTO ${quote(name)} ${sql}`);
      insert.run(given.map(([, value]) => toSql(value)));
      const row = reader.any();
      if (!row) throw new Error(`a row of ${name} was inserted and is not there`);
      return row;
    } catch (error) {
      if (error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_CONSTRAINT"))
        throw new NewRowError(`${name} refuses the row: ${error.message}`);
      throw error;
    } finally {
      prepared(this.#twin, `DELETE FROM ${quote(name)}`).run();
    }
  }
}
