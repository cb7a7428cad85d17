import type { Uid } from "@jarvis-crdt/crdt";
import {
  type ArchiveDatabase,
  adoptionUid,
  describeTable,
  entryKind,
  greatestRow,
  RowReader,
  type StateReader,
  type TableMapping,
} from "@jarvis-crdt/store-sqlite";
import type { Difference } from "./difference.ts";

/** What accounts for a difference: it was captured, or it may happen without being captured. */
export type Account = "captured" | "local";

export interface EvidenceOptions {
  readonly archive: ArchiveDatabase;
  readonly backup: ArchiveDatabase;
  readonly state: StateReader | undefined;
  /** BLAKE2b-256 of the concatenation of its parts. */
  readonly hash: (parts: readonly Uint8Array[]) => Uint8Array;
}

/**
 * Who can say why a row is not what it was: the outbox tells what the assistant wrote and nobody has read yet, the state
 * what came of the rest. The outbox is kept by key in a temporary table, and read again when it does not explain
 * something and the file has changed since.
 */
export class Evidence {
  readonly #options: EvidenceOptions;
  readonly #readers = new Map<string, RowReader>();
  readonly #touched;
  readonly #numberOf;
  readonly #uidOf;
  readonly #keyOf;
  readonly #next;
  readonly #setNext;
  #version: unknown;

  constructor(options: EvidenceOptions) {
    this.#options = options;
    const { archive } = options;
    archive.exec(
      `CREATE TEMP TABLE touched(tbl INTEGER,key INTEGER,kind INTEGER,grp TEXT);
       CREATE INDEX temp.touched_key ON touched(tbl,key);
       CREATE TEMP TABLE accounted(base BLOB PRIMARY KEY,next INTEGER)WITHOUT ROWID`,
    );
    this.#touched = archive.prepare("SELECT kind,grp FROM touched WHERE tbl=? AND key=?").raw();
    this.#numberOf = archive.prepare("SELECT id FROM crdt_tables WHERE name=?").pluck();
    this.#uidOf = archive.prepare("SELECT uid FROM crdt_rows WHERE tbl=? AND key=?").pluck();
    this.#keyOf = archive.prepare("SELECT key FROM crdt_rows WHERE tbl=? AND uid=?").pluck().safeIntegers();
    this.#next = archive.prepare("SELECT next FROM accounted WHERE base=?").pluck();
    this.#setNext = archive.prepare("REPLACE INTO accounted(base,next)VALUES(?,?)");
  }

  /** Why a row differs from the backup; undefined where nothing says so. */
  accountFor(mapping: TableMapping, difference: Difference): Account | undefined {
    if (mapping.kind === "local" || this.isLarge(mapping, difference.key)) return "local";
    return this.#upToDate(() => this.#account(mapping, difference));
  }

  /** Whether a row has a name of its own, or will have one when `jarvisd` reads the outbox. */
  isIdentified(mapping: TableMapping, key: bigint): boolean {
    const table = this.#number(mapping);
    return (
      this.#uidOf.get(table, key) !== undefined ||
      this.#upToDate(() => this.#entries(table, key).some(({ kind }) => isArrival(kind)) || undefined) ===
        true
    );
  }

  /** Whether a row has so many bytes that it does not replicate. */
  isLarge(mapping: TableMapping, key: bigint): boolean {
    return this.#reader(mapping, this.#options.archive).sizeOf(key) > greatestRow;
  }

  #account(mapping: TableMapping, { key, kind, columns }: Difference): Account | undefined {
    const table = this.#number(mapping);
    const entries = this.#entries(table, key);
    if (kind === "added") return this.isIdentified(mapping, key) ? "captured" : undefined;
    if (entries.some(({ kind }) => kind === entryKind.insert || kind === entryKind.delete)) return "captured";
    if (kind === "gone") return this.#isGone(mapping, table, key) ? "captured" : undefined;

    const uid = this.#uidOf.get(table, key) as Uid | undefined;
    let account: Account = "local";
    for (const group of mapping.groups) {
      if (!group.columns.some((column) => columns.includes(column))) continue;
      if (mapping.initialOnly.includes(group.name)) continue;
      const isWritten = uid && this.#options.state?.isWritten(mapping.name, uid, group.name);
      if (!entries.some(({ group: name }) => name === group.name) && !isWritten) return undefined;
      account = "captured";
    }
    return account;
  }

  /**
   * Whether the row that the backup has here was hidden, moved to another key, or removed everywhere. Its uid follows
   * from its content; of equal rows each uid accounts for one.
   */
  #isGone(mapping: TableMapping, table: number, key: bigint): boolean {
    const { state, backup, hash } = this.#options;
    const row = this.#reader(mapping, backup).one(key);
    if (row === undefined || state === undefined) return false;
    const all = mapping.groups.flatMap((group) => group.columns);
    const columns = all
      .map((name, index) => ({ name, value: row.values[index] ?? null }))
      .filter(({ name }) => mapping.identity.includes(name));
    const base = adoptionUid(hash, mapping.name, columns, 0);
    const first = (this.#next.get(base) as number | undefined) ?? 0;
    for (let ordinal = first; ; ordinal++) {
      const uid = ordinal === 0 ? base : adoptionUid(hash, mapping.name, columns, ordinal);
      const isHidden = state.isEvicted(mapping.name, uid);
      const at = this.#keyOf.get(table, uid) as bigint | undefined;
      const isKnown = state.knows(mapping.name, uid);
      const isMoved = at !== undefined && at !== key && this.#reader(mapping, backup).one(at) === undefined;
      const isRemoved = ordinal === 0 && !isKnown && !this.#awaitsAdoption();
      if (isHidden || isMoved || isRemoved) {
        this.#setNext.run(base, ordinal + 1);
        return true;
      }
      if (!isKnown) return false;
    }
  }

  #awaitsAdoption(): boolean {
    return (
      this.#options.archive.prepare("SELECT 1 FROM crdt_outbox WHERE kind=? LIMIT 1").get(entryKind.adopt) !==
      undefined
    );
  }

  #entries(table: number, key: bigint): { kind: number; group: string | null }[] {
    const rows = this.#touched.all(table, key) as [number, string | null][];
    return rows.map(([kind, group]) => ({ kind, group }));
  }

  /** Asks again with today's outbox where yesterday's has no answer. */
  #upToDate<T>(ask: () => T | undefined): T | undefined {
    const { archive } = this.#options;
    const answer = this.#version === undefined ? undefined : ask();
    const version = archive.pragma("data_version", { simple: true });
    if (answer !== undefined || version === this.#version) return answer;
    archive.exec(
      `DELETE FROM touched;
       INSERT INTO touched SELECT tbl,key,kind,grp FROM crdt_outbox;
       INSERT INTO touched SELECT tbl,was,${entryKind.delete},NULL FROM crdt_outbox WHERE was<>key;
       INSERT INTO touched SELECT tbl,key,${entryKind.insert},NULL FROM crdt_outbox WHERE was<>key`,
    );
    this.#version = version;
    return ask();
  }

  #number(mapping: TableMapping): number {
    return (this.#numberOf.get(mapping.name) as number | undefined) ?? 0;
  }

  #reader(mapping: TableMapping, db: ArchiveDatabase): RowReader {
    const name = `${db === this.#options.backup ? "backup" : "archive"} ${mapping.name}`;
    let reader = this.#readers.get(name);
    if (reader === undefined) {
      const bare = { ...mapping, stamped: false };
      reader = new RowReader(db, describeTable(db, bare, 0));
      this.#readers.set(name, reader);
    }
    return reader;
  }
}

function isArrival(kind: number): boolean {
  return kind === entryKind.insert || kind === entryKind.adopt;
}
