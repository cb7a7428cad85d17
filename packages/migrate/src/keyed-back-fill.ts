import {
  type ArchiveDatabase,
  adoptionTable,
  entryKind,
  RowReader,
  type Table,
} from "@jarvis-crdt/store-sqlite";
import type { FillStep } from "./back-fill.ts";

/** Rows read at once: a row may hold a megabyte. */
const portion = 100;

/**
 * Marks the rows of a table whose key replicates as "to be logged". Their key says which rows they are, whoever wrote
 * them and whenever, so nothing else needs to be known; rows without a whole key are passed over.
 */
export class KeyedBackFill {
  readonly #db: ArchiveDatabase;
  readonly #table: Table;
  readonly #hash: (parts: readonly Uint8Array[]) => Uint8Array;
  readonly #reader: RowReader;
  readonly #mark;

  constructor(db: ArchiveDatabase, table: Table, hash: (parts: readonly Uint8Array[]) => Uint8Array) {
    this.#db = db;
    this.#table = table;
    this.#hash = hash;
    this.#reader = new RowReader(db, table);
    this.#mark = db.prepare("INSERT INTO crdt_outbox(kind,tbl,key,token)VALUES(?,?,?,?)");
  }

  /** Marks up to `limit` rows in one transaction. */
  step(limit: number): FillStep {
    return this.#db.transaction(() => this.#step(limit)).immediate();
  }

  close(): void {}

  #step(limit: number): FillStep {
    const { id } = this.#table;
    let last = this.#db.prepare(`SELECT last FROM ${adoptionTable} WHERE tbl=?`).pluck().get(id) as
      | string
      | null
      | undefined;
    let marked = 0;
    let done = false;
    for (let read = 0; read < limit && !done; ) {
      const wanted = Math.min(portion, limit - read);
      const { rows, isLast } = this.#reader.after(last ?? undefined, wanted);
      for (const { key } of rows) {
        last = key as string;
        if (this.#markOne(last)) marked++;
      }
      read += rows.length;
      done = isLast;
    }
    this.#db.prepare(`REPLACE INTO ${adoptionTable}(tbl,last)VALUES(?,?)`).run(id, last ?? null);
    return { marked, done };
  }

  #markOne(key: string): boolean {
    const { id, naturalKey, mapping } = this.#table;
    if (!naturalKey?.fits(key)) return false;
    this.#mark.run(entryKind.adopt, id, key, naturalKey.uid({ hash: this.#hash }, mapping.name, key));
    return true;
  }
}
