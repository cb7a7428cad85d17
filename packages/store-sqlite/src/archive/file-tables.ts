import { withDeclared } from "../declared.ts";
import { schemaOf, type TableMapping } from "../mapping.ts";
import type { State } from "../state/state.ts";
import type { Access } from "./access.ts";
import { capturedTables, hasTable } from "./capture.ts";
import { renewCapture } from "./check.ts";
import type { ArchiveDatabase } from "./database.ts";
import { ArchiveError } from "./error.ts";
import { type ForeignTrigger, foreignTriggers } from "./foreign-triggers.ts";
import { RowReader } from "./row-reader.ts";
import { RowWriter } from "./row-writer.ts";
import { prepared } from "./statements.ts";
import { columnsOf } from "./table.ts";

/** A table that the application makes anew may be missing between two of its statements, for so many ms. */
const missingMs = 5_000;

export interface FileTablesOptions {
  readonly path: string;
  readonly mappings: readonly TableMapping[];
  readonly remap?: (db: ArchiveDatabase) => readonly TableMapping[];
  readonly state: State;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** The replicated tables of an archive as they are, which the application may change at any time. */
export class FileTables {
  readonly #db: ArchiveDatabase;
  readonly #options: FileTablesOptions;
  #byId = new Map<number, Access>();
  #byName = new Map<string, Access>();
  #schemaVersion = -1;
  #mappings: readonly TableMapping[];
  #foreign: readonly ForeignTrigger[] = [];
  /** Those that this process has found in the file. */
  readonly #known = new Set<string>();
  /** Those that were there and are not now, and since when. */
  #missing: readonly string[] = [];
  #missingSince = 0;

  constructor(db: ArchiveDatabase, options: FileTablesOptions) {
    this.#db = db;
    this.#options = options;
    this.#mappings = options.mappings;
  }

  get mappings(): readonly TableMapping[] {
    return this.#mappings;
  }

  get all(): readonly Access[] {
    return [...this.#byName.values()];
  }

  /** The owner's own triggers. */
  get foreign(): readonly ForeignTrigger[] {
    return this.#foreign;
  }

  /** Whether the file's schema is the one that was followed last. */
  get isCurrent(): boolean {
    return this.#schemaVersion === this.#readVersion();
  }

  get isAnyMissing(): boolean {
    return this.#missing.length > 0;
  }

  byId(id: number): Access | undefined {
    return this.#byId.get(id);
  }

  byName(name: string): Access | undefined {
    return this.#byName.get(name);
  }

  nameOf(id: number): string {
    return this.#byId.get(id)?.table.mapping.name ?? "";
  }

  /** What the schema is now is by our own hand: nobody else can have changed it within this transaction. */
  keep(): void {
    this.#schemaVersion = this.#readVersion();
  }

  /**
   * The application changed a table, or an older program's triggers are there: adapts to what the file is now, in one
   * transaction, and marks the tables in which something may have been written that no trigger saw.
   *
   * @returns whether a table appeared of which nothing is known
   * @throws ArchiveError `unsupported`
   */
  follow(): boolean {
    requireTables(this.#db, this.#options.mappings, this.#options.path);
    const { version, appeared } = this.#db.inTransaction
      ? this.#renew()
      : this.#db.transaction(() => this.#renew()).immediate();
    // Not before the commit: the number of a transaction that was undone may become that of another change.
    this.#schemaVersion = version;
    return appeared;
  }

  /** Inside a write transaction: what is read of the tables is true of the version that it is kept under. */
  #renew(): { readonly version: number; readonly appeared: boolean } {
    this.#mappings = this.#remapped();
    renewCapture(this.#db, this.#mappings);
    this.#byId = new Map();
    this.#byName = new Map();
    for (const table of capturedTables(this.#db, this.#mappings)) {
      const access = {
        table,
        reader: new RowReader(this.#db, table),
        writer: new RowWriter(this.#db, table),
      };
      this.#byId.set(table.id, access);
      this.#byName.set(table.mapping.name, access);
    }
    // A table that was missing when the file was opened has none of its rows yet.
    const isNew = (name: string): boolean => this.#known.size > 0 && !this.#known.has(name);
    const appeared = [...this.#byName.keys()].some(isNew);
    for (const name of this.#byName.keys()) this.#known.add(name);
    this.#missing = [...this.#known].filter((name) => !this.#byName.has(name));
    if (this.#missing.length === 0) this.#missingSince = this.#options.now();
    this.#foreign = foreignTriggers(this.#db, this.#mappings);
    return { version: this.#readVersion(), appeared };
  }

  /**
   * Nothing is shown while a table is away: it could not be shown there, and would count as shown. Throws when that has
   * lasted too long.
   */
  isIncomplete(): boolean {
    if (this.#missing.length === 0) return false;
    if (this.#options.now() - this.#missingSince < missingMs) return true;
    throw new Error(
      `the archive has no table ${this.#missing.join(", ")} any more; restart jarvisd to go on without it`,
    );
  }

  #remapped(): readonly TableMapping[] {
    const { remap, state } = this.#options;
    const before = this.#mappings;
    const found = remap === undefined ? before : remap(this.#db);
    // A table that is away for a moment is not given up.
    const all = [...found, ...before.filter(({ name }) => !found.some((mapping) => mapping.name === name))];
    const columns = all.map(({ name }) => ({
      table: name,
      columns: columnsOf(this.#db, name).map((column) => column.name),
    }));
    return withDeclared(all, state.declare(schemaOf(all), columns));
  }

  #readVersion(): number {
    return prepared(this.#db, "PRAGMA schema_version").pluck().get() as number;
  }
}

/** Refuses a file without any of the replicated tables: it is something else, and is not written. */
export function requireTables(db: ArchiveDatabase, mappings: readonly TableMapping[], path: string): void {
  if (mappings.some(({ kind, name }) => kind !== "local" && hasTable(db, name))) return;
  throw new ArchiveError("unsupported", `${path} has none of the replicated tables; put the archive back.`);
}
