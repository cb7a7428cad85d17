import type { Hasher } from "@jarvis-crdt/batch";
import type { Dot, Uid } from "@jarvis-crdt/crdt";
import type { RowKey, State } from "../../state/state.ts";
import type { Identification } from "../../state/survey.ts";
import type { Access } from "../access.ts";
import type { ArchiveDatabase } from "../database.ts";
import type { Identities } from "../identities.ts";
import type { LocalKey } from "../local-key.ts";
import { lookAtAll } from "../look.ts";
import { quote } from "../name.ts";
import { type NaturalKey, noKey } from "../natural-key.ts";
import type { ArchiveRow } from "../row-reader.ts";
import type { Table } from "../table.ts";
import { KnownRows } from "./known-rows.ts";
import type { Leftovers } from "./leftovers.ts";
import { Pairing } from "./pairing.ts";
import { identificationOf, type PresenceParts, type Present, settlePresent } from "./presence.ts";

/** What RECONCILE did. */
export interface Reconciled {
  /** Rows of the archive that the state knows. */
  readonly matched: number;
  /** Rows that were missing in the archive and are shown again. */
  readonly putBack: number;
  /** Rows that had been removed everywhere and are not shown any more. */
  readonly removed: number;
  /** Rows of the archive that no log knows. */
  readonly leftovers: number;
  /** Values of the archive that became writes of this node, because the log knew of nothing later. */
  readonly taken: number;
  /** Values of the archive that became conflict records. */
  readonly conflicts: number;
}

export interface ReconcileParts extends PresenceParts {
  readonly db: ArchiveDatabase;
  readonly state: State;
  readonly tables: readonly Access[];
  readonly identities: Identities;
  readonly leftovers: Leftovers;
  readonly hasher: Hasher;
}

interface Place {
  readonly phase: "match" | "pair" | "put back" | "tidy" | "done";
  /** Index of the table. */
  readonly table: number;
  readonly after: LocalKey | Uid | undefined;
}

/** What a step has looked at. */
interface Page {
  readonly rows: number;
  /** Where the next page begins; undefined at the end of the table. */
  readonly after: LocalKey | Uid | undefined;
}

const smallestKey = -(2n ** 63n);
const smallestUid: Uid = new Uint8Array(0);
const phases = ["match", "pair", "put back", "tidy", "done"] as const;

/**
 * RECONCILE: makes an archive and a state belong together again, whatever happened to either: rewound to an older copy,
 * exchanged for another node's file or for one that was never adopted, deleted; the state lost or restored.
 *
 * First it reads which rows the log knows. Then it goes over the archive four times, a short transaction at a time:
 *
 * 1. *match*: rows that `crdt_rows` and their immutable columns agree about;
 * 2. *pair*: the others, by their immutable columns as a multiset, because ids are used again for other rows; then by
 *    `crdt_rows` alone, for rows that were edited; what is still nobody's is a leftover;
 * 3. *put back*: live rows that the archive lacks, under new keys;
 * 4. *tidy*: identities without a row.
 *
 * What the application writes meanwhile is captured at the beginning of each of these transactions. Until the last one
 * the marker says that RECONCILE is not done, so a killed process begins it again; all of it may be done twice.
 */
export class Reconcile implements Disposable {
  readonly #parts: ReconcileParts;
  readonly #identifications: ReadonlyMap<Table, Identification>;
  readonly #known = new KnownRows();
  readonly #pairing: Pairing;
  readonly #numbers: ReadonlyMap<string, number>;
  #surveyed: Dot | undefined;
  #isSurveyed = false;
  #place: Place = { phase: "match", table: 0, after: undefined };
  #done: Reconciled = { matched: 0, putBack: 0, removed: 0, leftovers: 0, taken: 0, conflicts: 0 };
  /** What the step under way would change. */
  #next: { place: Place; done: { -readonly [K in keyof Reconciled]: Reconciled[K] } } | undefined;

  constructor(parts: ReconcileParts) {
    this.#parts = parts;
    this.#identifications = new Map(parts.tables.map(({ table }) => [table, identificationOf(table)]));
    this.#pairing = new Pairing(parts, this.#known, this.#identifications);
    this.#numbers = new Map(parts.tables.map(({ table }) => [table.mapping.name, table.id]));
  }

  get isSurveyed(): boolean {
    return this.#isSurveyed;
  }

  get isDone(): boolean {
    return this.#place.phase === "done";
  }

  /** Whether the step under way is the last. */
  get isEnding(): boolean {
    return this.#next?.place.phase === "done";
  }

  get result(): Reconciled {
    return this.#done;
  }

  /** Reads one page of what the log knows. Needs no lock. */
  survey(): void {
    const page = this.#parts.state.survey({
      identifications: [...this.#identifications.values()],
      after: this.#surveyed,
    });
    this.#known.begin();
    for (const row of page.rows) this.#known.add(this.#numbers.get(row.table)!, row);
    this.#known.commit();
    this.#surveyed = page.next;
    this.#isSurveyed = page.next === undefined;
  }

  /**
   * Does the next step, over at most `limit` rows, inside a transaction in which everything of the outbox is captured.
   * `captured` are the rows that this very capture added. Follow it with `commit` or `rollback`, as the archive does.
   */
  step(limit: number, captured: readonly { readonly table: number; readonly uid: Uid }[]): void {
    this.#known.begin();
    for (const { table, uid } of captured) this.#known.see(table, uid);
    const next = { place: this.#place, done: { ...this.#done } };
    this.#next = next;
    let left = limit;
    while (left > 0 && next.place.phase !== "done") {
      const { phase, table } = next.place;
      const access = this.#parts.tables[table];
      if (access === undefined) {
        next.place = { phase: phases[phases.indexOf(phase) + 1]!, table: 0, after: undefined };
        continue;
      }
      const { rows, after } = this.#doPage(access, next.place, left);
      next.place = { phase, table: after === undefined ? table + 1 : table, after };
      left -= rows;
    }
  }

  commit(): void {
    this.#known.commit();
    if (this.#next) ({ place: this.#place, done: this.#done } = this.#next);
    this.#next = undefined;
  }

  rollback(): void {
    this.#known.rollback();
    this.#next = undefined;
  }

  [Symbol.dispose](): void {
    this.#known[Symbol.dispose]();
  }

  #doPage(access: Access, { phase, after }: Place, limit: number): Page {
    switch (phase) {
      case "match":
        return this.#match(access, after as LocalKey | undefined, limit);
      case "pair":
        return this.#pair(access, after as bigint | undefined, limit);
      case "put back":
        return this.#putBack(access, (after as Uid | undefined) ?? smallestUid, limit);
      case "tidy":
        return this.#tidy(access, after as LocalKey | undefined, limit);
      case "done":
        throw new Error("there is nothing left to reconcile");
    }
  }

  #match(access: Access, after: LocalKey | undefined, limit: number): Page {
    const { table, reader } = access;
    if (table.naturalKey !== undefined) return this.#matchKeyed(access, table.naturalKey, after, limit);
    const { identities } = this.#parts;
    const { rows, isLast } = reader.after(after, limit);
    const present: Present[] = [];
    const removed: (RowKey & { readonly row: ArchiveRow })[] = [];
    for (const row of rows) {
      const uid = identities.uidOf(table.id, row.key);
      const known = uid && this.#known.get(table.id, uid);
      if (uid === undefined || known === undefined) this.#known.addLoose(table.id, row.key);
      else if (known.isSeen) continue;
      else if (known.fate === "dead") removed.push({ table: table.mapping.name, uid, row });
      else if (!this.#known.hasContent(table.id, uid, this.#pairing.contentOf(access, row)))
        this.#known.addLoose(table.id, row.key);
      else present.push({ access, row, uid, isEvicted: known.fate === "evicted" });
    }
    this.#settle(present);
    this.#remove(access, removed);
    return { rows: rows.length, after: isLast ? undefined : rows.at(-1)!.key };
  }

  /** Where the key replicates it says which row it is; nothing needs to be paired. */
  #matchKeyed(access: Access, naturalKey: NaturalKey, after: LocalKey | undefined, limit: number): Page {
    const { table, reader } = access;
    const { identities, leftovers, hasher } = this.#parts;
    const { rows, isLast } = reader.after(after, limit);
    const present: Present[] = [];
    const removed: (RowKey & { readonly row: ArchiveRow })[] = [];
    for (const row of rows) {
      const key = row.key as string;
      if (!naturalKey.fits(key)) continue;
      const uid = naturalKey.uid(hasher, table.mapping.name, key);
      const known = this.#known.get(table.id, uid);
      if (known?.isSeen) continue;
      leftovers.forget(table.id, key);
      if (known === undefined) {
        identities.remove(table.id, key);
        leftovers.add({ table: table.id, key, uid }, this.#pairing.contentOf(access, row));
        this.#next!.done.leftovers++;
        continue;
      }
      this.#assign(table.id, key, uid);
      if (known.fate === "dead") removed.push({ table: table.mapping.name, uid, row });
      else present.push({ access, row, uid, isEvicted: known.fate === "evicted" });
    }
    this.#settle(present);
    this.#remove(access, removed);
    return { rows: rows.length, after: isLast ? undefined : rows.at(-1)!.key };
  }

  #pair(access: Access, after: bigint | undefined, limit: number): Page {
    const { table, reader } = access;
    const keys = this.#known.loose(table.id, after ?? smallestKey, limit);
    const present: Present[] = [];
    const removed: (RowKey & { readonly row: ArchiveRow })[] = [];
    for (const key of keys) {
      const row = reader.one(key);
      if (row === undefined) continue;
      const pair = this.#pairing.of(access, row);
      if (pair === "leftover") this.#next!.done.leftovers++;
      if (typeof pair === "string") continue;
      const { uid, isDead, isEvicted } = pair;
      this.#known.see(table.id, uid);
      this.#parts.leftovers.forget(table.id, key);
      this.#assign(table.id, key, uid);
      if (isDead) removed.push({ table: table.mapping.name, uid, row });
      else present.push({ access, row, uid, isEvicted });
    }
    this.#settle(present);
    this.#remove(access, removed);
    return pageOf(keys, limit, BigInt);
  }

  #putBack({ table }: Access, after: Uid, limit: number): Page {
    const { state, show } = this.#parts;
    const uids = this.#known.missing(table.id, after, limit);
    for (const rows of lookAtAll(
      state,
      uids.map((uid) => ({ table: table.mapping.name, uid })),
    )) {
      const live = rows.filter(({ view }) => view !== undefined);
      show(live);
      this.#next!.done.putBack += live.length;
    }
    return pageOf(uids, limit, (uid) => uid);
  }

  #tidy({ table, reader }: Access, after: LocalKey | undefined, limit: number): Page {
    const { db, identities } = this.#parts;
    const keys = db.prepare("SELECT key FROM crdt_rows WHERE tbl=? AND key>? ORDER BY key LIMIT ?").pluck();
    if (table.naturalKey !== undefined) {
      const texts = keys.all(table.id, after ?? noKey, limit) as string[];
      for (const key of texts)
        if (!table.naturalKey.fits(key) || reader.one(key) === undefined) identities.remove(table.id, key);
      return pageOf(texts, limit, (key) => key);
    }
    const from = after ?? smallestKey;
    const numbers = keys.safeIntegers().all(table.id, from, limit) as bigint[];
    const last = numbers.at(-1);
    if (last !== undefined) {
      const { name, key } = table.mapping;
      db.prepare(
        `DELETE FROM crdt_rows WHERE tbl=? AND key>? AND key<=? AND NOT EXISTS(SELECT 1 FROM ${quote(name)} WHERE ${quote(key)}=crdt_rows.key)`,
      ).run(table.id, from, last);
    }
    return pageOf(numbers, limit, (key) => key);
  }

  #settle(present: readonly Present[]): void {
    for (const { access, uid } of present) this.#known.see(access.table.id, uid);
    const { taken, recorded } = settlePresent(this.#parts, present);
    const { done } = this.#next!;
    done.matched += present.length;
    done.taken += taken;
    done.conflicts += recorded;
  }

  /** Rows that were removed everywhere: what stands here goes, and is on record. */
  #remove({ table }: Access, removed: readonly (RowKey & { readonly row: ArchiveRow })[]): void {
    if (removed.length === 0) return;
    const found = removed.map(({ table: name, uid, row }) => ({
      table: name,
      uid,
      groups: table.groups.map(({ name: group, from, to }) => ({
        name: group,
        values: row.values.slice(from, to),
        isLater: undefined,
      })),
    }));
    this.#parts.state.weigh(found);
    this.#parts.show(removed.map(({ table: name, uid }) => ({ table: name, uid, view: undefined })));
    this.#next!.done.removed += removed.length;
  }

  #assign(table: number, key: LocalKey, uid: Uid): void {
    const { identities } = this.#parts;
    const elsewhere = identities.keyOf(table, uid);
    if (elsewhere === key) return;
    if (elsewhere !== undefined) identities.remove(table, elsewhere);
    identities.assign([{ table, key, uid }]);
  }
}

function pageOf<Row>(rows: readonly Row[], limit: number, placeOf: (row: Row) => LocalKey | Uid): Page {
  return { rows: rows.length, after: rows.length < limit ? undefined : placeOf(rows.at(-1)!) };
}
