import type { Uid } from "@jarvis-crdt/crdt";
import type { ArchiveDatabase } from "./database.ts";
import { bindKey, type LocalKey, readKey } from "./local-key.ts";

const chunk = 64;

/** `crdt_rows`: which row a local key is, and where a row is shown. One index look-up each. */
export class Identities {
  readonly #db: ArchiveDatabase;
  readonly #uidOf;
  readonly #keyOf;
  readonly #anyOf;
  readonly #remove;
  readonly #removeMany;
  readonly #insert;
  readonly #insertMany;

  constructor(db: ArchiveDatabase) {
    this.#db = db;
    this.#uidOf = db.prepare("SELECT uid FROM crdt_rows WHERE tbl=? AND key=?").pluck();
    this.#keyOf = db.prepare("SELECT key FROM crdt_rows WHERE uid=? AND tbl=?").pluck().safeIntegers();
    this.#anyOf = db
      .prepare(`SELECT 1 FROM crdt_rows WHERE uid IN(${new Array(chunk).fill("?").join(",")}) LIMIT 1`)
      .pluck();
    this.#remove = db.prepare("DELETE FROM crdt_rows WHERE tbl=? AND key=?");
    this.#removeMany = db.prepare(
      `DELETE FROM crdt_rows WHERE tbl=? AND key IN(${new Array(chunk).fill("?").join(",")})`,
    );
    this.#insert = db.prepare("INSERT INTO crdt_rows(tbl,key,uid)VALUES(?,?,?)");
    const rows = new Array(chunk).fill("(?,?,?)").join(",");
    // Fails as a whole transaction would; so SQLite need not be able to undo the statement alone, which costs twice as much.
    this.#insertMany = db.prepare(`INSERT OR FAIL INTO crdt_rows(tbl,key,uid)VALUES${rows}`);
  }

  uidOf(table: number, key: LocalKey): Uid | undefined {
    return this.#uidOf.get(table, bindKey(key)) as Uid | undefined;
  }

  keyOf(table: number, uid: Uid): LocalKey | undefined {
    const key = this.#keyOf.get(uid, table) as bigint | string | undefined;
    return key === undefined ? undefined : readKey(key);
  }

  /** Where each of these rows is shown; a run of rows that are all new, the usual case while catching up, costs one query. */
  keysOf(table: number, rows: readonly { readonly uid: Uid }[]): (LocalKey | undefined)[] {
    const keys = new Array<LocalKey | undefined>(rows.length).fill(undefined);
    const uids = new Array<Uid>(chunk);
    for (let from = 0; from < rows.length; from += chunk) {
      const to = Math.min(from + chunk, rows.length);
      for (let i = from; i < to; i++) uids[i - from] = rows[i]!.uid;
      if (to - from === chunk && this.#anyOf.get(uids) === undefined) continue;
      for (let i = from; i < to; i++) keys[i] = this.keyOf(table, rows[i]!.uid);
    }
    return keys;
  }

  /** All keys of a table above `after` and up to `last`, with what they are; without bounds where these are absent. */
  between(table: number, after: LocalKey | undefined, last: LocalKey | undefined): Map<LocalKey, Uid> {
    const bounds = [...(after === undefined ? [] : ["key>?"]), ...(last === undefined ? [] : ["key<=?"])];
    const rows = this.#db
      .prepare(`SELECT key,uid FROM crdt_rows WHERE ${["tbl=?", ...bounds].join(" AND ")}`)
      .raw()
      .safeIntegers()
      .all(table, ...[after, last].filter((bound) => bound !== undefined).map(bindKey)) as [
      bigint | string,
      Uid,
    ][];
    return new Map(rows.map(([key, uid]) => [readKey(key), uid]));
  }

  /** Says what these keys are from now on. */
  assign(
    keys: readonly { readonly table: number; readonly key: LocalKey; readonly uid: Uid | undefined }[],
  ): void {
    for (let from = 0; from < keys.length; ) {
      const to = endOfRun(keys, from);
      if (to - from === chunk)
        this.#removeMany.run(keys[from]!.table, ...keys.slice(from, to).map(({ key }) => key));
      else for (let i = from; i < to; i++) this.remove(keys[i]!.table, keys[i]!.key);
      from = to;
    }
    // Only now: a uid may move from one key to another.
    const there = keys.filter(
      (one): one is (typeof keys)[number] & { readonly uid: Uid } => one.uid !== undefined,
    );
    for (let from = 0; from < there.length; ) {
      const to = endOfRun(there, from);
      this.add(there[from]!.table, there.slice(from, to));
      from = to;
    }
  }

  remove(table: number, key: LocalKey): void {
    this.#remove.run(table, bindKey(key));
  }

  /** Adds rows whose keys and uids are not there yet. */
  add(table: number, rows: readonly { readonly key: LocalKey; readonly uid: Uid }[]): void {
    let at = 0;
    for (; at + chunk <= rows.length; at += chunk) {
      const bindings: unknown[] = [];
      for (let i = at; i < at + chunk; i++) bindings.push(table, rows[i]!.key, rows[i]!.uid);
      this.#insertMany.run(bindings);
    }
    for (; at < rows.length; at++) this.#insert.run(table, bindKey(rows[at]!.key), rows[at]!.uid);
  }
}

/** The end of the keys from here on that are of one table, as many as one statement takes. */
function endOfRun(keys: readonly { readonly table: number }[], from: number): number {
  let to = from + 1;
  while (to < keys.length && to - from < chunk && keys[to]!.table === keys[from]!.table) to++;
  return to;
}
