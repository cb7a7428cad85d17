import { type ArchiveDatabase, columnsOf, quote, type TableMapping } from "@jarvis-crdt/store-sqlite";

/** A key under which an archive and its backup differ. */
export interface Difference {
  readonly key: bigint;
  /** The row is in the backup alone · in the archive alone · in both, with other values. */
  readonly kind: "gone" | "added" | "changed";
  /** Columns whose values differ in type or bytes. */
  readonly columns: readonly string[];
}

/** A run of keys, both ends included. */
export interface KeyRange {
  readonly from: bigint;
  readonly through: bigint;
}

const smallestKey = -(2n ** 63n);
const greatestKey = 2n ** 63n - 1n;

/** The name of the attached backup. */
export const legacy = "legacy";

/**
 * Compares one table of an archive with the same table in the attached backup, every column that the backup has: NULL,
 * INTEGER, REAL, TEXT and BLOB apart, texts byte for byte.
 */
export class TableComparison {
  readonly name: string;
  readonly #db: ArchiveDatabase;
  readonly #key: string;
  readonly #columns: readonly string[];
  readonly #gone;
  readonly #added;
  readonly #changed;

  constructor(db: ArchiveDatabase, mapping: TableMapping, key: string) {
    const table = quote(mapping.name);
    this.name = mapping.name;
    this.#db = db;
    this.#key = key;
    this.#columns = columnNames(db, legacy, mapping.name).filter((name) => name !== mapping.key);
    const rows = (schema: string) => `${schema}.${table}`;
    const range = (alias: string) => `${alias}.${key} BETWEEN ? AND ?`;
    const alone = (one: string, other: string) =>
      `SELECT a.${key} FROM ${rows(one)} a WHERE ${range("a")} AND NOT EXISTS(SELECT 1 FROM ${rows(other)} b WHERE b.${key}=a.${key})`;
    const differs = (name: string) =>
      `(typeof(a.${quote(name)})<>typeof(b.${quote(name)}) OR a.${quote(name)} COLLATE BINARY IS NOT b.${quote(name)})`;
    const any = this.#columns.map(differs).join(" OR ") || "0";
    const select = [`a.${key}`, ...this.#columns.map(differs)].join(",");
    this.#gone = db.prepare(alone(legacy, "main")).pluck().safeIntegers();
    this.#added = db.prepare(alone("main", legacy)).pluck().safeIntegers();
    this.#changed = db
      .prepare(
        `SELECT ${select} FROM ${rows("main")} a JOIN ${rows(legacy)} b ON b.${key}=a.${key} WHERE ${range("a")} AND (${any})`,
      )
      .raw()
      .safeIntegers();
  }

  /** The keys of both sides in runs of about `size`. */
  *ranges(size: number): Generator<KeyRange> {
    for (let from = smallestKey; ; ) {
      const through = this.#through(from, size);
      yield { from, through };
      if (through === greatestKey) return;
      from = through + 1n;
    }
  }

  /** Rows of the archive in a run of keys. */
  count({ from, through }: KeyRange): number {
    const sql = `SELECT count(*) FROM main.${quote(this.name)} WHERE ${this.#key} BETWEEN ? AND ?`;
    return this.#db.prepare(sql).pluck().get(from, through) as number;
  }

  differences({ from, through }: KeyRange): Difference[] {
    const gone = this.#gone.all(from, through) as bigint[];
    const added = this.#added.all(from, through) as bigint[];
    const changed = this.#changed.all(from, through) as bigint[][];
    return [
      ...gone.map((key) => ({ key, kind: "gone" as const, columns: [] })),
      ...added.map((key) => ({ key, kind: "added" as const, columns: [] })),
      ...changed.map(([key, ...flags]) => ({
        key: key!,
        kind: "changed" as const,
        columns: this.#columns.filter((_, i) => flags[i] === 1n),
      })),
    ];
  }

  #through(from: bigint, size: number): bigint {
    const ends = ["main", legacy].map(
      (schema) =>
        this.#db
          .prepare(
            `SELECT ${this.#key} FROM ${schema}.${quote(this.name)} WHERE ${this.#key}>=? ORDER BY ${this.#key} LIMIT 1 OFFSET ?`,
          )
          .pluck()
          .safeIntegers()
          .get(from, size - 1) as bigint | undefined,
    );
    const known = ends.filter((end) => end !== undefined);
    return known.toSorted((a, b) => (a < b ? -1 : 1))[0] ?? greatestKey;
  }
}

/** Counts the rows that only one side has, where a table has no key that tells which row is which. */
export function countDifferences(db: ArchiveDatabase, table: string): number {
  const columns = columnNames(db, legacy, table);
  const exact = columns.map((name) => `typeof(${quote(name)}),CAST(${quote(name)} AS BLOB)`).join(",");
  const rows = (schema: string) => `SELECT ${exact} FROM ${schema}.${quote(table)}`;
  const only = (one: string, other: string) =>
    db
      .prepare(`SELECT count(*) FROM (${rows(one)} EXCEPT ${rows(other)})`)
      .pluck()
      .get() as number;
  return only("main", legacy) + only(legacy, "main");
}

/** What names the rows of a table, if anything does. */
export function keyOf(db: ArchiveDatabase, table: string): string | undefined {
  const hasRowid =
    db
      .prepare("SELECT 1 FROM pragma_table_list WHERE schema='main' AND name=? AND type='table' AND wr=0")
      .get(table) !== undefined;
  const taken = new Set(columnsOf(db, table).map(({ name }) => name.toLowerCase()));
  return hasRowid ? ["rowid", "_rowid_", "oid"].find((name) => !taken.has(name)) : undefined;
}

/** The columns of a table that hold data. */
export function columnNames(db: ArchiveDatabase, schema: string, table: string): string[] {
  const rows = db.pragma(`${schema}.table_xinfo(${quote(table)})`) as { name: string; hidden: number }[];
  return rows.filter(({ hidden }) => hidden === 0).map(({ name }) => name);
}
