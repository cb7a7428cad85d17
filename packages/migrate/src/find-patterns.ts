import { isUtf8 } from "node:buffer";
import { mapArchive, typeAssigner } from "@jarvis-crdt/archive";
import {
  type ArchiveDatabase,
  asArchiveError,
  openArchiveDatabase,
  quote,
  type TableMapping,
} from "@jarvis-crdt/store-sqlite";
import { columnNames, keyOf } from "./difference.ts";
import { busyMs } from "./examine.ts";

/** What the rows of an archive look like, as far as it matters to replication. Printable data. */
export interface DataPatterns {
  /** The most frequent operations with the CRDT types that the mapping gives them, at most 200. */
  readonly operations: readonly { readonly name: string; readonly type: string; readonly rows: number }[];
  /** Rows by CRDT type, all operations. */
  readonly types: { readonly [type: string]: number };
  readonly columns: readonly ColumnPattern[];
  /** What may surprise, with the number of rows; none of it stands in the way. */
  readonly oddities: readonly { readonly what: string; readonly rows: number }[];
}

/** What the values of one column are like. */
export interface ColumnPattern {
  readonly table: string;
  readonly column: string;
  readonly nulls: number;
  /** Null where there are more than 100,000, or some are longer than 128 bytes. */
  readonly distinct: number | null;
  /** Bytes of the longest value, and of all. */
  readonly longest: number;
  readonly bytes: number;
}

/** The archive that is looked at, and who is told how far that is. */
export interface PatternOptions {
  readonly path: string;
  readonly onProgress?: (progress: { readonly table: string; readonly rows: number }) => void;
}

/** Rows read in one transaction: meanwhile the assistant may read, but not commit. */
const portion = 2_000;
const shownOperations = 200;
const countedValues = 100_000;
const countedLength = 128;
/** Longer values travel in a batch of their own. */
const longValue = 64 * 1024;
const peopleKey = 2 ** 48;

/** What is counted for each column, after NULLs, bytes and the longest value. */
const oddValues = [
  "a BLOB",
  "a NUL byte in a text",
  "a text that is not valid UTF-8",
  "a value above 64 KiB",
] as const;

/**
 * Reads every row of a sound file (see `planAdoption`) once, in small transactions, and says what is there: the plan's
 * "analyse archive data patterns". Changes nothing; memory does not grow with the rows.
 *
 * @throws ArchiveError `missing`, `not-sqlite`, `damaged`
 */
export function findPatterns(options: PatternOptions): DataPatterns {
  const db = openArchiveDatabase(options.path, { readonly: true, busyMs });
  try {
    if (columnNames(db, "main", "archive_entries").length === 0) return none;
    return new PatternFinder(db, options).find();
  } catch (error) {
    throw asArchiveError(error, options.path);
  } finally {
    db.close();
  }
}

const none: DataPatterns = { operations: [], types: {}, columns: [], oddities: [] };

interface Counted {
  nulls: number;
  longest: number;
  bytes: number;
  /** Undefined once they are not counted any more. */
  distinct: number | undefined;
}

class PatternFinder {
  readonly #db: ArchiveDatabase;
  readonly #onProgress;
  readonly #oddities = new Map<string, number>();
  readonly #columns: ColumnPattern[] = [];
  #rows = 0;

  constructor(db: ArchiveDatabase, { onProgress }: PatternOptions) {
    this.#db = db;
    this.#onProgress = onProgress;
    db.function("is_torn", { deterministic: true }, (bytes) =>
      bytes instanceof Uint8Array && !isUtf8(bytes) ? 1 : 0,
    );
    db.exec(`CREATE TEMP TABLE seen(col INTEGER,value BLOB,PRIMARY KEY(col,value))WITHOUT ROWID;
      CREATE TEMP TABLE operations(name BLOB PRIMARY KEY,rows INTEGER)WITHOUT ROWID`);
  }

  find(): DataPatterns {
    for (const mapping of mapArchive(this.#db)) {
      const key = keyOf(this.#db, mapping.name);
      if (mapping.kind !== "local" && key !== undefined) this.#table(mapping, key);
    }
    this.#queue();
    this.#shape();
    return {
      ...this.#operations(),
      columns: this.#columns,
      oddities: [...this.#oddities].map(([what, rows]) => ({ what, rows })),
    };
  }

  #table({ name, groups }: TableMapping, key: string): void {
    const here = columnNames(this.#db, "main", name);
    const names = groups.flatMap((group) => group.columns).filter((column) => here.includes(column));
    const counted = names.map((): Counted => ({ nulls: 0, longest: 0, bytes: 0, distinct: 0 }));
    const facts = this.#db
      .prepare(
        `SELECT count(*),max(${key}),sum(${key}<=0),sum(${key}>${peopleKey})${names.map((one) => `,${factsOf(quote(one))}`).join("")}
         FROM (SELECT ${[`${key} AS ${key}`, ...names.map(quote)].join(",")} FROM ${quote(name)} WHERE ${key}>=? ORDER BY ${key} LIMIT ${portion})`,
      )
      .raw()
      .safeIntegers();
    const collect = names.map((one, i) =>
      this.#db.prepare(
        `INSERT OR IGNORE INTO seen SELECT DISTINCT ${i},${quote(one)} FROM ${quote(name)} WHERE ${key} BETWEEN ? AND ? AND ${quote(one)} IS NOT NULL`,
      ),
    );
    const operations = names.includes("operation")
      ? this.#db.prepare(
          `INSERT INTO operations SELECT CAST(ifnull(operation,'') AS BLOB),count(*) FROM ${quote(name)} WHERE ${key} BETWEEN ? AND ? GROUP BY 1
           ON CONFLICT(name) DO UPDATE SET rows=rows+excluded.rows`,
        )
      : undefined;
    const size = 3 + oddValues.length;
    for (let from = -(2n ** 63n); ; ) {
      const row = facts.get(from) as (bigint | null)[];
      const last = row[1];
      if (last === null || last === undefined) break;
      const at = (index: number) => Number(row[index] ?? 0n);
      this.#odd(`${name}: a key of zero or below`, at(2));
      this.#odd(`${name}: a key above 2^48, which stays on this node`, at(3));
      for (const [i, one] of counted.entries()) {
        const first = 4 + i * size;
        one.nulls += at(first);
        one.bytes += at(first + 1);
        one.longest = Math.max(one.longest, at(first + 2));
        for (const [n, what] of oddValues.entries())
          this.#odd(`${name}.${names[i]}: ${what}`, at(first + 3 + n));
        if (one.longest > countedLength) one.distinct = undefined;
        if (one.distinct === undefined) continue;
        one.distinct += collect[i]!.run(from, last).changes;
        if (one.distinct > countedValues) one.distinct = undefined;
      }
      operations?.run(from, last);
      this.#rows += at(0);
      this.#onProgress?.({ table: name, rows: this.#rows });
      from = last + 1n;
      if (from > 2n ** 63n - 1n) break;
    }
    this.#db.exec("DELETE FROM seen");
    for (const [i, { nulls, distinct, longest, bytes }] of counted.entries()) {
      this.#columns.push({
        table: name,
        column: names[i]!,
        nulls,
        distinct: distinct ?? null,
        longest,
        bytes,
      });
    }
  }

  /** Foreign keys are not enforced in this file, so that the verifier's queue may name rows that are gone. */
  #queue(): void {
    const has = (table: string) => columnNames(this.#db, "main", table);
    if (!has("verification_queue").includes("archive_entry_id") || !has("archive_entries").includes("id"))
      return;
    const dangling = this.#db
      .prepare(
        "SELECT count(*) FROM verification_queue q WHERE NOT EXISTS(SELECT 1 FROM archive_entries e WHERE e.id=q.archive_entry_id)",
      )
      .pluck()
      .get() as number;
    this.#odd("verification_queue: an entry that is not there any more", dangling);
  }

  /** What programs that read columns by their place should know. */
  #shape(): void {
    const names = columnNames(this.#db, "main", "archive_entries");
    const rows = this.#db.prepare("SELECT count(*) FROM archive_entries").pluck().get() as number;
    const version = names.indexOf("program_version");
    const created = names.indexOf("created_at");
    if (version < 0) this.#odd("archive_entries: no column program_version", rows);
    else if (created >= 0 && created < version) {
      this.#odd("archive_entries: created_at before program_version, as an older program left it", rows);
    }
  }

  #operations(): Pick<DataPatterns, "operations" | "types"> {
    const typeOf = typeAssigner();
    const types: Record<string, number> = {};
    const operations: { name: string; type: string; rows: number }[] = [];
    const rows = this.#db
      .prepare("SELECT CAST(name AS TEXT) AS name,rows FROM operations ORDER BY rows DESC,1")
      .iterate() as IterableIterator<{ name: string; rows: number }>;
    for (const { name, rows: count } of rows) {
      const type = typeOf(name);
      types[type] = (types[type] ?? 0) + count;
      if (operations.length < shownOperations)
        operations.push({ name: name.slice(0, 200), type, rows: count });
    }
    return { operations, types };
  }

  #odd(what: string, rows: number): void {
    if (rows > 0) this.#oddities.set(what, (this.#oddities.get(what) ?? 0) + rows);
  }
}

/** NULLs, bytes, greatest length, and what `oddValues` names. Plain ASCII, the usual case, never leaves SQLite. */
function factsOf(column: string): string {
  const bytes = `CAST(${column} AS BLOB)`;
  const isText = `typeof(${column})='text'`;
  const hasNul = `instr(${bytes},x'00')>0`;
  return [
    `sum(${column} IS NULL)`,
    `sum(length(${bytes}))`,
    `max(length(${bytes}))`,
    `sum(typeof(${column})='blob')`,
    `sum(${isText} AND ${hasNul})`,
    `sum(CASE WHEN ${isText} AND(${hasNul} OR ${column} GLOB '*[^'||char(1)||'-'||char(127)||']*')THEN is_torn(${bytes})ELSE 0 END)`,
    `sum(length(${bytes})>${longValue})`,
  ].join(",");
}
