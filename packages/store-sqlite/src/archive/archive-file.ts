import { statSync } from "node:fs";
import { maxOperationBytes, type NodeId, RawText, type Uid, type Value } from "@jarvis-crdt/crdt";
import type { Intent } from "@jarvis-crdt/store";
import type { TableMapping } from "../mapping.ts";
import type { RowKey, State } from "../state/state.ts";
import type { Access } from "./access.ts";
import { capturedTables, hasCapture, installCapture, isAdopting, suspendCapture } from "./capture.ts";
import { Contest } from "./contest.ts";
import { type ArchiveDatabase, asArchiveError, isBusy, openArchiveDatabase } from "./database.ts";
import { ArchiveError } from "./error.ts";
import { alone, type Budget, type Exchange, shared } from "./exchange.ts";
import { type Fold, foldOutbox } from "./fold.ts";
import { HiddenRows } from "./hidden.ts";
import { Identities } from "./identities.ts";
import type { LocalKey } from "./local-key.ts";
import { readMarker, settle } from "./marker.ts";
import { Materialiser } from "./materialiser.ts";
import { type Drain, isOutboxEmpty, type OutboxLimits, readOutbox } from "./outbox.ts";
import { type RefusedRow, RefusedRows } from "./refused.ts";
import { RowReader } from "./row-reader.ts";
import { RowWriter } from "./row-writer.ts";

export interface ArchiveOptions {
  readonly path: string;
  readonly mappings: readonly TableMapping[];
  readonly state: State;
  readonly node: NodeId;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  /** `full` survives power loss in WAL mode too; a file in another journal mode always does. */
  readonly durability?: "normal" | "full";
  /** How long a statement waits for another program's lock, in ms; this process stands still meanwhile. */
  readonly busyMs?: number;
  readonly outbox?: OutboxLimits;
}

const cacheKiB = 64 * 1024;
/** Pages of the write-ahead log after which SQLite checkpoints by itself, whoever waits: more than a catch-up writes. */
const checkpointPages = 65_536;
/** What a write-ahead log may keep of its length once it is in the file, in bytes. */
const keptLog = 16 * 1024 * 1024;
const defaultOutbox: OutboxLimits = { entries: 200_000, adopted: 500 };
const fewestRows = 100;
/** After so many ms without another writer the file is ours alone, until one is seen. */
const lonelyMs = 10_000;
/** From here on the transaction does without our triggers: even one that does nothing halves SQLite's inserts. */
const bulkRows = 200;
/** Nothing runs yet while a file is opened: wait as long as the assistant would. */
const openingBusyMs = 5_000;

/** Bytes of a row's values: what fits into one operation, with room for its frame. */
const greatestRow = maxOperationBytes - 64 * 1024;

/**
 * An application's database file and the one way in which we write it (rule M): whatever the application wrote goes into
 * the state, durably, before anything of ours is written, and what we write comes from the state's current cells.
 *
 * Not safe for use by two nodes at once; the state file's lock sees to that.
 */
export class ArchiveFile {
  readonly path: string;
  readonly #options: ArchiveOptions;
  readonly #db: ArchiveDatabase;
  readonly #state: State;
  #access = new Map<number, Access>();
  #byName = new Map<string, Access>();
  #schemaVersion = -1;
  readonly #identities: Identities;
  readonly #refused: RefusedRows;
  readonly #hidden: HiddenRows;
  readonly #materialiser: Materialiser;
  readonly #file: string;
  /** `PRAGMA data_version` when the outbox was last seen empty; undefined: look again. */
  #seenVersion: number | undefined;
  #dataVersion: number | undefined;
  /** When another writer was last noticed. */
  #otherWriterAt = 0;
  /** A plan was committed to the state, and whether the archive carries it is not known. */
  #unsettled = true;
  #rowsPerMs = 10;
  /** Written since the last rest. */
  #hasLog = true;

  private constructor(options: ArchiveOptions, db: ArchiveDatabase) {
    this.path = options.path;
    this.#options = options;
    this.#db = db;
    this.#state = options.state;
    this.#identities = new Identities(db);
    this.#refused = new RefusedRows(db);
    this.#hidden = new HiddenRows(db);
    this.#materialiser = new Materialiser(
      db,
      this.#identities,
      this.#refused,
      this.#hidden,
      new Contest(db, this.#identities, this.#hidden, this.#state),
      (name) => this.#byName.get(name),
    );
    this.#file = fileIdentity(options.path);
  }

  /**
   * Opens an adopted (or created) archive and makes sure that it and the state file belong together.
   *
   * @throws ArchiveError `not-adopted`, `not-sqlite`, `damaged`, `reconcile-needed`
   */
  static open(options: ArchiveOptions): ArchiveFile {
    const db = openArchiveDatabase(options.path, { busyMs: openingBusyMs });
    try {
      if (!hasCapture(db)) {
        throw new ArchiveError(
          "not-adopted",
          `${options.path} is not adopted yet; run "jarvisctl migrate apply" first.`,
        );
      }
      if (isAdopting(db)) {
        throw new ArchiveError(
          "not-adopted",
          `the adoption of ${options.path} was interrupted; run "jarvisctl migrate apply" again, it goes on from there.`,
        );
      }
      db.pragma(`cache_size = -${cacheKiB}`);
      db.pragma(`wal_autocheckpoint = ${checkpointPages}`);
      db.pragma(`journal_size_limit = ${keptLog}`);
      const wal = db.pragma("journal_mode", { simple: true }) === "wal";
      db.pragma(`synchronous = ${wal && options.durability !== "full" ? "NORMAL" : "FULL"}`);
      const file = new ArchiveFile(options, db);
      file.#settle();
      file.#followSchema();
      file.#reportHidden();
      db.pragma(`busy_timeout = ${options.busyMs ?? 100}`);
      return file;
    } catch (error) {
      db.close();
      throw asArchiveError(error, options.path);
    }
  }

  /**
   * One run of rule M. Takes the write lock only where there is something to do.
   *
   * @throws ArchiveError `reconcile-needed` where the file was rewound or exchanged, `replaced` where the path leads to
   * another file now, `damaged`; and SQLite's own error where the disk fails. Nothing is lost by any of them.
   */
  exchange(budget: Budget = this.#budget()): Exchange {
    try {
      this.#checkFile();
      if (!this.#hasWork()) return { outcome: "idle" };
      return this.#run(budget);
    } catch (error) {
      if (isBusy(error)) return { outcome: "busy" };
      throw asArchiveError(error, this.path);
    }
  }

  /** When nothing was to do for a while: moves the write-ahead log into the file, as far as readers let it. */
  rest(): void {
    if (!this.#hasLog) return;
    this.#hasLog = false;
    this.#db.pragma("wal_checkpoint(PASSIVE)");
  }

  /** Where a row is shown. */
  keyOf(table: string, uid: Uid): LocalKey | undefined {
    const access = this.#byName.get(table);
    return access && this.#identities.keyOf(access.table.id, uid);
  }

  /** Rows that this file refuses, the next to be tried first. */
  refused(limit = 100): readonly (Omit<RefusedRow, "table"> & { readonly table: string })[] {
    return this.#refused.list(limit).map((row) => ({ ...row, table: this.#nameOf(row.table) }));
  }

  close(): void {
    this.#db.close();
  }

  /** Whether a run would do anything: the file changed, the state has something to show, a refused row is due. */
  #hasWork(): boolean {
    const version = this.#db.pragma("data_version", { simple: true }) as number;
    if (version !== this.#seenVersion || this.#unsettled) {
      this.#followSchema();
      this.#settle();
      if (!isOutboxEmpty(this.#db)) return true;
      this.#seenVersion = version;
    }
    return this.#state.hasWork() || this.#refused.isDue(this.#options.now()) || this.#hidden.isDue;
  }

  /** The application added a column, or an older program's triggers are there: adapt to what the file is now. */
  #followSchema(): void {
    if (this.#schemaVersion === this.#readSchemaVersion()) return;
    installCapture(this.#db, this.#options.mappings);
    this.#access = new Map();
    this.#byName = new Map();
    for (const table of capturedTables(this.#db, this.#options.mappings)) {
      const access = {
        table,
        reader: new RowReader(this.#db, table),
        writer: new RowWriter(this.#db, table),
      };
      this.#access.set(table.id, access);
      this.#byName.set(table.mapping.name, access);
    }
    this.#schemaVersion = this.#readSchemaVersion();
  }

  #readSchemaVersion(): number {
    return this.#db.pragma("schema_version", { simple: true }) as number;
  }

  #settle(): void {
    if (settle(readMarker(this.#db), this.#state.nonces(), this.#options.node) === "confirm")
      this.#state.confirm();
    this.#unsettled = false;
  }

  #run(budget: Budget): Exchange {
    const db = this.#db;
    db.exec("BEGIN IMMEDIATE");
    const begin = performance.now();
    try {
      const version = db.pragma("data_version", { simple: true }) as number;
      if (this.#dataVersion !== undefined && version !== this.#dataVersion)
        this.#otherWriterAt = this.#options.now();
      this.#dataVersion = version;
      this.#settle();

      const drain = readOutbox(db, this.#options.outbox ?? defaultOutbox);
      const drained = this.#state.drained(drain.entries);
      const mapped = drain.entries.filter(({ table }) => this.#access.has(table));
      const fold = foldOutbox(mapped, drained, (table, key) => this.#identities.uidOf(table, key));
      const { intents, times, evicted, keys, unreplicable } = this.#intentsOf(fold);

      const nonce = Buffer.from(this.#options.random(16)).toString("hex");
      // What is left in the outbox is not in the state yet, and must not be overwritten with what is.
      const limit = drain.cut ? 0 : this.#rowLimit(budget);
      for (const uid of changedBy(fold)) this.#hidden.release(uid);
      const due = drain.cut ? [] : [...this.#refused.due(this.#options.now()), ...this.#hidden.take()];
      const also = due.map(({ table, uid }) => ({ table: this.#nameOf(table), uid }));
      const entries = drain.entries.filter(({ id }) => !drained.has(id));
      this.#unsettled = true;
      this.#hasLog = true;
      const { count, pages, more } = this.#state.plan({
        nonce,
        captured: { intents, times, entries, evicted },
        maxRows: limit,
        also,
      });

      db.exec("UPDATE crdt_marker SET applying=1");
      const bulk = count >= bulkRows;
      if (bulk) suspendCapture(db);
      this.#identities.assign(keys);
      const show = performance.now();
      const result = this.#materialiser.show(pages, this.#options.now());
      if (due.length > 0) this.#refused.reload();
      this.#trim(drain);
      db.prepare("UPDATE crdt_marker SET node=?,nonce=?,trimmed_through=max(trimmed_through,?)").run(
        this.#options.node,
        nonce,
        drain.entries.at(-1)?.id ?? 0,
      );
      if (bulk) {
        installCapture(db, this.#options.mappings);
        this.#schemaVersion = this.#readSchemaVersion();
      }
      db.exec("UPDATE crdt_marker SET applying=0");
      this.#commit();
      const lockedMs = performance.now() - begin;
      this.#learnSpeed(count, performance.now() - show);
      this.#state.confirm();
      this.#unsettled = false;
      this.#reportChanges();
      this.#seenVersion = drain.cut ? undefined : version;
      return {
        outcome: "done",
        drained: drain.entries.length,
        unknown: fold.unknown,
        captured: intents.length,
        evicted: evicted.length,
        unreplicable,
        ...result,
        more: drain.cut || more,
        otherWriter: this.#isShared(),
        lockedMs,
      };
    } catch (error) {
      if (db.inTransaction) db.exec("ROLLBACK");
      this.#seenVersion = undefined;
      this.#refused.reload();
      this.#hidden.reload();
      throw error;
    }
  }

  /** Tells the state all rows that are hidden: it may have missed what a process did last that was killed. */
  #reportHidden(): void {
    const hidden = this.#hidden.list().map((row) => ({ ...row, table: this.#nameOf(row.table) }));
    this.#state.unshown({ hidden, shown: [], all: true });
  }

  #reportChanges(): void {
    const changes = this.#hidden.changes();
    if (changes === undefined) return;
    this.#state.unshown({
      hidden: changes.hidden.map((row) => ({ ...row, table: this.#nameOf(row.table) })),
      shown: changes.shown.map(({ table, uid }) => ({ table: this.#nameOf(table), uid })),
      all: false,
    });
  }

  /** In journal mode `delete` a commit waits for every reader; a short second and third try spare the whole run. */
  #commit(): void {
    for (let tries = 1; ; tries++) {
      try {
        this.#db.exec("COMMIT");
        return;
      } catch (error) {
        if (!isBusy(error) || tries === 3) throw error;
      }
    }
  }

  /** What the folded outbox asks of the state, in the order in which it happened, and what its keys are afterwards. */
  #intentsOf(fold: Fold) {
    const timed: { intent: Intent; time: number }[] = [];
    const evicted: RowKey[] = [];
    const unknown = new Set<Uid>();
    const unreplicable: { table: string; key: LocalKey; bytes: number }[] = [];
    for (const { table: id, uid, time } of fold.ended) {
      const { mapping } = this.#access.get(id)!.table;
      if (mapping.deletes === "replicate" && mapping.kind !== "grow-only") {
        timed.push({ intent: { kind: "row.remove", table: mapping.name, uid }, time });
      } else {
        evicted.push({ table: mapping.name, uid });
      }
    }
    for (const row of fold.rows) {
      const { table, reader } = this.#access.get(row.table)!;
      const content = reader.one(row.key);
      const name = table.mapping.name;
      const { uid, time } = row;
      if (content === undefined) {
        // A REPLACE on another key took it through a UNIQUE constraint, which fires no delete trigger.
        if (row.fresh === undefined) evicted.push({ table: name, uid });
        unknown.add(uid);
        continue;
      }
      const bytes = sizeOf(content.values);
      if (bytes > greatestRow) {
        unreplicable.push({ table: name, key: row.key, bytes });
        if (row.fresh !== undefined) unknown.add(uid);
        continue;
      }
      if (row.fresh !== undefined) {
        const hint = typeof row.key === "number" ? row.key : null;
        const base = row.fresh === "base" ? { base: true } : {};
        timed.push({
          intent: { kind: "row.add", table: name, uid, hint, values: content.values, ...base },
          time,
        });
        if (row.fresh === "own") continue;
      }
      for (const group of table.groups) {
        if (!row.groups.has(group.name) || group.initialOnly) continue;
        const values = content.values.slice(group.from, group.to);
        timed.push({ intent: { kind: "row.set", table: name, uid, group: group.name, values }, time });
      }
    }
    timed.sort((a, b) => a.time - b.time);
    return {
      intents: timed.map(({ intent }) => intent),
      times: timed.map(({ time }) => time),
      evicted,
      keys: fold.keys.map((one) => (one.uid && unknown.has(one.uid) ? { ...one, uid: undefined } : one)),
      unreplicable,
    };
  }

  #trim({ entries }: Drain): void {
    const first = entries[0];
    if (first === undefined) return;
    this.#db.prepare("DELETE FROM crdt_outbox WHERE id BETWEEN ? AND ?").run(first.id, entries.at(-1)!.id);
  }

  #budget(): Budget {
    return this.#isShared() ? shared : alone;
  }

  #isShared(): boolean {
    return this.#options.now() - this.#otherWriterAt < lonelyMs;
  }

  #rowLimit(budget: Budget): number {
    const affordable = Math.floor(this.#rowsPerMs * budget.ms);
    return Math.min(budget.rows, Math.max(fewestRows, affordable));
  }

  #learnSpeed(rows: number, ms: number): void {
    if (rows < fewestRows || ms <= 0) return;
    this.#rowsPerMs += (rows / ms - this.#rowsPerMs) / 2;
  }

  #nameOf(id: number): string {
    return this.#access.get(id)?.table.mapping.name ?? "";
  }

  #checkFile(): void {
    if (fileIdentity(this.path) === this.#file) return;
    throw new ArchiveError("replaced", `${this.path} is another file now; open it again.`);
  }
}

/** Rows of the state that the application has changed, moved or deleted. */
function* changedBy({ ended, rows }: Fold): Iterable<Uid> {
  for (const { uid } of ended) yield uid;
  for (const { uid, fresh } of rows) if (fresh === undefined) yield uid;
}

/** An upper bound of the bytes that a row's values take in an operation, exact for long texts. */
function sizeOf(values: readonly Value[]): number {
  let bytes = 0;
  for (const value of values) {
    if (typeof value === "string")
      bytes += value.length > 65_536 ? Buffer.byteLength(value) : value.length * 3;
    else if (value instanceof Uint8Array) bytes += value.length;
    else if (value instanceof RawText) bytes += value.bytes.length;
    else bytes += 10;
  }
  return bytes;
}

/** Rows of both lists, each once. */
function fileIdentity(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? "none" : `${stat.dev}:${stat.ino}`;
}
