import { sameValue, type Uid, type Value } from "@jarvis-crdt/crdt";
import type { TableMapping } from "../mapping.ts";
import type { RowKey, State } from "../state/state.ts";
import type { Access } from "./access.ts";
import { installCapture, isInstalled, staleTables } from "./capture.ts";
import { entryKind } from "./capture-sql.ts";
import type { ArchiveDatabase } from "./database.ts";
import type { Identities } from "./identities.ts";
import { bindKey, type LocalKey, readKey } from "./local-key.ts";
import type { ArchiveRow } from "./row-reader.ts";

/** The tables that wait for being looked at, and how far that went. */
export const uncheckedTable = "crdt_unchecked";

const table = "CREATE TABLE IF NOT EXISTS crdt_unchecked(tbl INTEGER PRIMARY KEY,after)";

/**
 * Brings triggers and tables to what the mapping asks for, and marks the tables whose triggers were not that: something
 * may have been written there that no trigger saw. One transaction, the caller's or its own; none where all is there.
 */
export function renewCapture(db: ArchiveDatabase, mappings: readonly TableMapping[]): void {
  const renew = (): void => {
    const stale = staleTables(db, mappings);
    if (!installCapture(db, mappings) || stale.length === 0) return;
    db.exec(table);
    const mark = db.prepare("REPLACE INTO crdt_unchecked(tbl,after)VALUES(?,NULL)");
    for (const id of stale) mark.run(id);
  };
  if (db.inTransaction) renew();
  else if (!isInstalled(db, mappings)) db.transaction(renew).immediate();
}

/**
 * Finds what the application wrote while no trigger saw it: a table that it made anew has lost its triggers, and an older
 * one's do not watch a new column. Rows that differ from what the state has shown are entered into the outbox, as the
 * triggers would have done. `crdt_unchecked` keeps the place, so that a killed process's successor goes on.
 */
export class Check {
  readonly #db: ArchiveDatabase;
  readonly #identities: Identities;
  readonly #state: Pick<State, "shown">;
  readonly #accessOf: (table: number) => Access | undefined;
  #pending: readonly number[] = [];

  constructor(
    db: ArchiveDatabase,
    identities: Identities,
    state: Pick<State, "shown">,
    accessOf: (table: number) => Access | undefined,
  ) {
    this.#db = db;
    this.#identities = identities;
    this.#state = state;
    this.#accessOf = accessOf;
    this.reload();
  }

  /** Whether anything is left to look at in tables that are there. */
  get isDue(): boolean {
    return this.#pending.some((id) => this.#accessOf(id) !== undefined);
  }

  /**
   * Looks at up to `limit` rows, inside the caller's transaction, in which the outbox is empty. Returns rows that have
   * lost their stamp with their table, to be shown again.
   */
  step(limit: number): readonly RowKey[] {
    const id = this.#pending.find((one) => this.#accessOf(one) !== undefined);
    const access = id === undefined ? undefined : this.#accessOf(id);
    if (id === undefined || access === undefined) return [];
    const stored = this.#db
      .prepare("SELECT after FROM crdt_unchecked WHERE tbl=?")
      .pluck()
      .safeIntegers()
      .get(id) as bigint | string | null;
    const after = stored === null ? undefined : readKey(stored);
    const { rows, isLast } = access.reader.after(after, limit);
    const last = isLast ? undefined : rows.at(-1)!.key;
    const bare = this.#compare(access, rows, this.#known(access, rows, after, last));
    if (last === undefined) this.#db.prepare("DELETE FROM crdt_unchecked WHERE tbl=?").run(id);
    else this.#db.prepare("UPDATE crdt_unchecked SET after=? WHERE tbl=?").run(bindKey(last), id);
    if (this.#db.prepare("SELECT 1 FROM crdt_unchecked").get() === undefined)
      this.#db.exec("DROP TABLE crdt_unchecked");
    this.reload();
    return bare;
  }

  /** Takes notice of what the file says, after a transaction ended. */
  reload(): void {
    const exists = this.#db.prepare("SELECT 1 FROM sqlite_schema WHERE name='crdt_unchecked'").get();
    this.#pending = exists
      ? (this.#db.prepare("SELECT tbl FROM crdt_unchecked ORDER BY tbl").pluck().all() as number[])
      : [];
  }

  /**
   * Which rows the keys of a slice are, and those of rows that are gone. Keys that replicate are in another order in the
   * table than as texts, so that gone ones are looked for at the end, all at once.
   */
  #known(
    { table, reader }: Access,
    rows: readonly ArchiveRow[],
    after: LocalKey | undefined,
    last: LocalKey | undefined,
  ): ReadonlyMap<LocalKey, Uid> {
    if (table.naturalKey === undefined) return this.#identities.between(table.id, after, last);
    const known = new Map<LocalKey, Uid>();
    if (last === undefined) {
      for (const [key, uid] of this.#identities.between(table.id, undefined, undefined))
        if (reader.one(key) === undefined) known.set(key, uid);
    }
    for (const { key } of rows) {
      const uid = this.#identities.uidOf(table.id, key);
      if (uid !== undefined) known.set(key, uid);
    }
    return known;
  }

  #compare(
    access: Access,
    rows: readonly ArchiveRow[],
    known: ReadonlyMap<LocalKey, Uid>,
  ): readonly RowKey[] {
    const { id, mapping, groups } = access.table;
    const log = this.#db.prepare("INSERT INTO crdt_outbox(kind,tbl,key,was,grp)VALUES(?,?,?,?,?)");
    const enter = (kind: number, key: LocalKey, group: string | null = null): void => {
      log.run(kind, id, bindKey(key), kind === entryKind.update ? bindKey(key) : null, group);
    };
    const here = new Set(rows.map(({ key }) => key));
    for (const [key] of known) if (!here.has(key)) enter(entryKind.lost, key);

    const old = rows.flatMap((row) => {
      const uid = known.get(row.key);
      if (uid === undefined) enter(entryKind.insert, row.key);
      return uid === undefined ? [] : [{ row, uid }];
    });
    const bare = old.flatMap(({ row, uid }) =>
      mapping.stamped && row.stamp.every((value) => value === null) ? [{ table: mapping.name, uid }] : [],
    );
    if (mapping.kind === "grow-only" || old.length === 0) return bare;
    const shown = this.#state.shown(old.map(({ uid }) => ({ table: mapping.name, uid })));
    for (const [i, { row }] of old.entries()) {
      const view = shown[i]?.view;
      if (view === undefined) continue;
      for (const { name, from, to, initialOnly } of groups) {
        if (initialOnly) continue;
        for (let column = from; column < to; column++) {
          if (!differs(access, column, row, view.values)) continue;
          enter(entryKind.update, row.key, name);
          break;
        }
      }
    }
    return bare;
  }
}

/** A new column's default is nobody's write. */
function differs({ table }: Access, column: number, row: ArchiveRow, shown: readonly Value[]): boolean {
  const [value, was] = [row.values[column] ?? null, shown[column] ?? null];
  if (!table.present[column] || sameValue(value, was)) return false;
  return was !== null || !sameValue(value, table.defaults[column] ?? null);
}
