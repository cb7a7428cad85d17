import type { Uid, Value } from "@jarvis-crdt/crdt";
import {
  type ArchiveDatabase,
  type ArchiveRow,
  adoptionTable,
  adoptionUid,
  entryKind,
  type LocalKey,
  RowReader,
  type Table,
} from "@jarvis-crdt/store-sqlite";

/** Rows read at once: a row may hold a megabyte. */
const portion = 100;
const smallestKey = -(2n ** 63n);

type OutboxRow = [id: bigint, kind: bigint, key: bigint, was: bigint | null];

export interface FillStep {
  readonly marked: number;
  readonly done: boolean;
}

/**
 * Marks the rows of one table as "to be logged": an outbox entry each, whose token is the row's uid. Rows that have an
 * identity already, because the assistant inserted them meanwhile, are passed over.
 */
export class BackFill {
  readonly #db: ArchiveDatabase;
  readonly #table: Table;
  readonly #hash: (parts: readonly Uint8Array[]) => Uint8Array;
  readonly #reader: RowReader;
  readonly #mark;
  readonly #next;
  readonly #remember;
  readonly #isGiven;
  readonly #columns: readonly { readonly name: string; readonly index: number }[];
  /** Where the marks end, by the outbox entries read so far: every row up to here has an identity. */
  #passed: bigint = smallestKey;
  /** Further keys that have one, by those entries. */
  readonly #known = new Set<bigint>();
  #scanned = 0n;

  constructor(db: ArchiveDatabase, table: Table, hash: (parts: readonly Uint8Array[]) => Uint8Array) {
    this.#db = db;
    this.#table = table;
    this.#hash = hash;
    this.#reader = new RowReader(db, table);
    this.#mark = db.prepare("INSERT INTO crdt_outbox(kind,tbl,key,token)VALUES(?,?,?,?)");
    // Next ordinal of each content, on disk: a million rows would not fit into memory.
    db.exec("CREATE TEMP TABLE ordinals(base BLOB PRIMARY KEY,next INTEGER)WITHOUT ROWID");
    // Uids given before this process began.
    db.exec("CREATE TEMP TABLE given(uid BLOB PRIMARY KEY)WITHOUT ROWID");
    db.prepare("INSERT INTO given SELECT token FROM crdt_outbox WHERE tbl=? AND kind=?").run(
      table.id,
      entryKind.adopt,
    );
    this.#isGiven = db.prepare("SELECT 1 FROM given WHERE uid=?").pluck();
    this.#next = db.prepare("SELECT next FROM ordinals WHERE base=?").pluck();
    this.#remember = db.prepare("REPLACE INTO ordinals(base,next)VALUES(?,?)");
    this.#columns = table.columns
      .map((name, index) => ({ name, index }))
      .filter(({ name }) => table.mapping.identity.includes(name));
    this.#scan();
  }

  /** Marks up to `limit` rows in one transaction. */
  step(limit: number): FillStep {
    return this.#db.transaction(() => this.#step(limit)).immediate();
  }

  close(): void {
    this.#db.exec("DROP TABLE ordinals; DROP TABLE given");
  }

  #step(limit: number): FillStep {
    this.#scan();
    let last = this.#place();
    let marked = 0;
    for (let read = 0; read < limit; ) {
      const wanted = Math.min(portion, limit - read);
      const { rows, isLast } = this.#reader.after(last, wanted);
      for (const row of rows) {
        last = row.key;
        marked += this.#markOne(row);
      }
      read += rows.length;
      if (isLast) {
        this.#savePlace(last);
        return { marked, done: true };
      }
    }
    this.#savePlace(last);
    return { marked, done: false };
  }

  #markOne(row: ArchiveRow): number {
    if (this.#known.has(BigInt(row.key))) return 0;
    this.#mark.run(entryKind.adopt, this.#table.id, BigInt(row.key), this.#uidOf(row.values));
    return 1;
  }

  #uidOf(values: readonly Value[]): Uid {
    const columns = this.#columns.map(({ name, index }) => ({ name, value: values[index] ?? null }));
    const name = this.#table.mapping.name;
    const base = adoptionUid(this.#hash, name, columns, 0);
    let ordinal = (this.#next.get(base) as number | undefined) ?? 0;
    let uid = ordinal === 0 ? base : adoptionUid(this.#hash, name, columns, ordinal);
    while (this.#isGiven.get(uid) !== undefined) uid = adoptionUid(this.#hash, name, columns, ++ordinal);
    this.#remember.run(base, ordinal + 1);
    return uid;
  }

  /** Follows what the outbox says about who is identified, as the fold of a drain will. */
  #scan(): void {
    const rows = this.#db
      .prepare("SELECT id,kind,key,was FROM crdt_outbox WHERE tbl=? AND id>? ORDER BY id")
      .raw()
      .safeIntegers()
      .iterate(this.#table.id, this.#scanned) as IterableIterator<OutboxRow>;
    for (const [id, kind, key, was] of rows) {
      this.#scanned = id;
      if (kind === BigInt(entryKind.insert)) this.#known.add(key);
      else if (kind === BigInt(entryKind.delete)) this.#known.delete(key);
      else if (kind === BigInt(entryKind.adopt)) {
        this.#passed = key;
      } else if (was !== null && was !== key) {
        if (this.#known.delete(was) || was <= this.#passed) this.#known.add(key);
        else this.#known.delete(key);
      }
    }
  }

  #place(): LocalKey | undefined {
    const last = this.#db
      .prepare(`SELECT last FROM ${adoptionTable} WHERE tbl=?`)
      .pluck()
      .safeIntegers()
      .get(this.#table.id) as bigint | null | undefined;
    return last ?? undefined;
  }

  #savePlace(last: LocalKey | undefined): void {
    if (last === undefined) return;
    this.#db.prepare(`REPLACE INTO ${adoptionTable}(tbl,last)VALUES(?,?)`).run(this.#table.id, BigInt(last));
  }
}
