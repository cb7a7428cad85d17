import { entryKind } from "./capture-sql.ts";
import type { ArchiveDatabase } from "./database.ts";
import { prepared } from "./statements.ts";

/** Seams that are remembered; then every other one is forgotten. */
const most = 4_096;

/**
 * Where transactions of the application end in the outbox, as far as somebody looked at it between two of them. There a long
 * outbox can be cut without taking a transaction apart. All methods run inside the caller's transaction.
 */
export class Seams {
  readonly #db: ArchiveDatabase;
  /** Ids of last entries, ascending. */
  #ids: number[] = [];

  constructor(db: ArchiveDatabase) {
    this.#db = db;
  }

  /** What the outbox holds in this snapshot ends with a transaction. O(log n). */
  note(): void {
    const last = prepared(this.#db, "SELECT max(id) FROM crdt_outbox").pluck().get();
    if (typeof last !== "number") this.#ids = [];
    else if (last > (this.#ids.at(-1) ?? 0)) this.#ids.push(last);
    // Of a file that was put back the ids are lower.
    else if (last < this.#ids.at(-1)!) this.#ids = [last];
    if (this.#ids.length > most) this.#ids = this.#ids.filter((_, i) => i % 2 === 1);
  }

  /**
   * The last entry of a part of some `size` entries after the entry `known`, which is to be captured before what follows;
   * undefined where no seam makes it shorter, or what follows writes rows of it again: then the part would hold values of later
   * transactions. O(entries).
   */
  endOfPart(known: number, size: number, longest: number): number | undefined {
    const next = prepared(this.#db, "SELECT id,kind FROM crdt_outbox WHERE id>? ORDER BY id LIMIT 1").get(
      known,
    );
    const { id, kind } = (next ?? {}) as { id?: number; kind?: number };
    // Adopted rows need no common transaction, and have portions of their own.
    if (id === undefined || kind === entryKind.adopt) return undefined;
    const later = this.#ids.filter((seam) => seam >= id);
    const end = later.findLast((seam) => seam < id + size) ?? later[0];
    if (end === undefined || end === later.at(-1) || end >= id + longest) return undefined;
    return this.#isWrittenAgain(end) ? undefined : end;
  }

  /** Whether a row of which the outbox speaks up to this entry is spoken of again later. */
  #isWrittenAgain(end: number): boolean {
    const before =
      "SELECT tbl,key FROM crdt_outbox WHERE id<=? UNION ALL SELECT tbl,was FROM crdt_outbox WHERE id<=?";
    const again = `SELECT 1 FROM crdt_outbox WHERE id>? AND ((tbl,key) IN (${before}) OR (was<>key AND (tbl,was) IN (${before}))) LIMIT 1`;
    return prepared(this.#db, again).get(end, end, end, end, end) !== undefined;
  }
}
