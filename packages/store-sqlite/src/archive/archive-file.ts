import type { Hasher } from "@jarvis-crdt/batch";
import { maxOperationBytes, type NodeId, type Uid } from "@jarvis-crdt/crdt";
import type { Intent } from "@jarvis-crdt/store";
import { withDeclared } from "../declared.ts";
import { schemaOf, type TableMapping } from "../mapping.ts";
import {
  nothingCaptured,
  type PlannedRow,
  type RowKey,
  type RowView,
  type State,
  sizeOf,
} from "../state/state.ts";
import { contentOf } from "../state/survey.ts";
import type { Access } from "./access.ts";
import {
  adoptionTable,
  capturedTables,
  hasCapture,
  hasTable,
  installCapture,
  isAdopting,
  suspendCapture,
} from "./capture.ts";
import { entryKind } from "./capture-sql.ts";
import { Check, renewCapture, uncheckedTable } from "./check.ts";
import { Contest } from "./contest.ts";
import { type ArchiveDatabase, asArchiveError, isBusy, openArchiveDatabase } from "./database.ts";
import { ArchiveError } from "./error.ts";
import { alone, type Budget, type Exchange, type OtherWriter, shared } from "./exchange.ts";
import { fileIdentity } from "./file-identity.ts";
import type { Fold } from "./fold.ts";
import { foldEntries } from "./fold-entries.ts";
import { type ForeignTrigger, foreignTriggers, suspendForeign } from "./foreign-triggers.ts";
import { HiddenRows } from "./hidden.ts";
import { Identities } from "./identities.ts";
import type { LocalKey } from "./local-key.ts";
import { isForeign, readMarker, settle } from "./marker.ts";
import { Materialiser } from "./materialiser.ts";
import { type Drain, isOutboxEmpty, type OutboxLimits, readOutbox } from "./outbox.ts";
import { Leftovers, type WaitingRow } from "./reconcile/leftovers.ts";
import { identificationOf, type Present, settlePresent } from "./reconcile/presence.ts";
import { Reconcile } from "./reconcile/reconcile.ts";
import { type RefusedRow, RefusedRows } from "./refused.ts";
import { type ArchiveRow, RowReader } from "./row-reader.ts";
import { RowWriter } from "./row-writer.ts";
import { columnsOf } from "./table.ts";
import { takeUpTables } from "./take-up.ts";

export interface ArchiveOptions {
  readonly path: string;
  readonly mappings: readonly TableMapping[];
  /** Says how the tables replicate after the application has changed them; as before, unless given. */
  readonly remap?: (db: ArchiveDatabase) => readonly TableMapping[];
  readonly state: State;
  readonly node: NodeId;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly hasher: Hasher;
  /** `full` survives power loss in WAL mode too; a file in another journal mode always does. */
  readonly durability?: "normal" | "full";
  /** How long a statement waits for another program's lock, in ms; this process stands still meanwhile. */
  readonly busyMs?: number;
  readonly outbox?: OutboxLimits;
}

/** Rows looked at in one transaction. */
const checkedRows = 300;
/** A table that the application makes anew may be missing between two of its statements, for so many ms. */
const missingMs = 5_000;

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

/** Rows of the first step of RECONCILE, and of any. */
const firstStepRows = 200;
const mostStepRows = 2_000;
/** How long the archive should be locked by a step of RECONCILE, in ms. */
const stepMs = 80;
/** Rows that are adopted in one transaction. */
const adoptedAtOnce = 500;

/** Bytes of a row's values: what fits into one operation, with room for its frame. */
const greatestRow = maxOperationBytes - 64 * 1024;

/** What a run does instead of showing the worklist. */
interface Step {
  /** Whether the file, locked now, is still the one that the step is about. */
  readonly isCurrent: () => boolean;
  /** Returns the nonce that the archive shall carry; undefined: that of a new plan. */
  readonly do: (
    limit: number,
    captured: readonly { readonly table: number; readonly uid: Uid }[],
  ) => string | undefined;
  readonly committed: () => void;
  readonly failed: () => void;
}

const nothingDone = {
  outcome: "done",
  drained: 0,
  unknown: 0,
  keyless: 0,
  captured: 0,
  evicted: 0,
  unreplicable: [],
  shown: 0,
  refused: 0,
  more: true,
  lockedMs: 0,
} as const;

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
  readonly #leftovers: Leftovers;
  readonly #materialiser: Materialiser;
  readonly #check: Check;
  /** Rows that a check wants to be shown again. */
  #bare: readonly RowKey[] = [];
  #mappings: readonly TableMapping[];
  /** The owner's own triggers. */
  #foreign: readonly ForeignTrigger[] = [];
  /** Replicated tables that this process has found in the file. */
  readonly #known = new Set<string>();
  /** Those that were there and are not now, and since when. */
  #missing: readonly string[] = [];
  #missingSince = 0;
  readonly #file: string;
  /** `PRAGMA data_version` when the outbox was last seen empty; undefined: look again. */
  #seenVersion: number | undefined;
  #dataVersion: number | undefined;
  /** When another writer was last noticed. */
  #otherWriterAt = 0;
  /** Between the last run and the one before. */
  #otherWrote = false;
  /** A plan was committed to the state, and whether the archive carries it is not known. */
  #unsettled = true;
  #rowsPerMs = 10;
  #isUnmarked = false;
  /** Archive and state do not belong together. */
  #needsReconcile = false;
  #reconcile: { readonly work: Reconcile; readonly token: string } | undefined;
  /** Rows that no log knows may become rows of this node. */
  #mayAdopt = false;
  #stepRows = firstStepRows;
  readonly #totals = { shown: 0, refused: 0 };
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
    this.#leftovers = new Leftovers(db);
    this.#materialiser = new Materialiser(
      db,
      options.hasher,
      this.#identities,
      this.#refused,
      this.#hidden,
      new Contest(db, this.#identities, this.#hidden, this.#state),
      (name) => this.#byName.get(name),
      (access, view) => this.#leftovers.count > 0 && this.#isLeftover(access, view),
    );
    this.#check = new Check(db, this.#identities, this.#state, (id) => this.#access.get(id));
    this.#mappings = options.mappings;
    this.#file = fileIdentity(options.path);
  }

  /**
   * Opens an adopted (or created) archive; one that was never adopted where the state had another one before. Whether
   * the two belong together shows at the first exchange.
   *
   * @throws ArchiveError `not-adopted`, `unsupported`, `missing`, `not-sqlite`, `damaged`
   */
  static open(options: ArchiveOptions): ArchiveFile {
    const db = openArchiveDatabase(options.path, { busyMs: openingBusyMs });
    try {
      // A state that had an archive before knows what to do with any other.
      const isFirst = options.state.nonces().confirmed === undefined;
      if (isFirst && !hasCapture(db)) {
        throw new ArchiveError(
          "not-adopted",
          `${options.path} is not adopted yet; run "jarvisctl migrate apply" first.`,
        );
      }
      if (isFirst && isAdopting(db)) {
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
      requireTables(db, options);
      takeUpTables(db, options.mappings);
      const file = new ArchiveFile(options, db);
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
   * Where archive and state do not belong together it is a step of RECONCILE instead.
   *
   * @throws ArchiveError `replaced` where the path leads to another file now, `foreign` where the file was another
   * node's and nothing may be adopted yet, `unsupported`, `damaged`; and SQLite's own error where the disk fails. Nothing
   * is lost by any of them.
   */
  exchange(budget: Budget = this.#budget()): Exchange {
    try {
      this.#checkFile();
      if (!this.#hasWork()) return this.#check.isDue ? this.#checkSome() : { outcome: "idle" };
      if (this.#needsReconcile && this.#reconcile === undefined) this.#beginReconcile();
      if (this.#reconcile !== undefined) return this.#runReconcile(this.#reconcile);
      return this.#hasDueLeftovers() ? this.#runLeftovers() : this.#run(budget);
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

  get journalMode(): string {
    return this.#db.pragma("journal_mode", { simple: true }) as string;
  }

  /**
   * The path leads to another file now: takes what the application wrote last into this one. Writes nothing into it,
   * because its journal would lie beside the other one.
   */
  captureRest(): void {
    this.#db
      .transaction(() => {
        if (this.#readSchemaVersion() !== this.#schemaVersion || isOutboxEmpty(this.#db)) return;
        const marker = readMarker(this.#db);
        if (isForeign(marker, this.#options.node)) return;
        const isRewound = settle(this.#db, this.#state.nonces(), this.#options.node) === "reconcile";
        this.#disown();
        const { captured } = this.#readCapture();
        const nonce = this.#nonce();
        this.#state.plan({ nonce, captured: { ...captured, isRewound }, maxRows: 0, also: [] });
      })
      .deferred();
  }

  /** From now on rows that no log knows become rows of this node: a peer has told all it knows, or there is none. */
  adoptLeftovers(): void {
    this.#mayAdopt = true;
  }

  /** Rows that no log knows and that are not adopted yet. */
  get leftovers(): number {
    return this.#leftovers.count;
  }

  close(): void {
    this.#endReconcile();
    this.#db.close();
  }

  /** Whether a run would do anything: the file changed, the state has something to show, a refused row is due. */
  #hasWork(): boolean {
    const version = this.#db.pragma("data_version", { simple: true }) as number;
    if (version !== this.#seenVersion || this.#unsettled || this.#needsReconcile) {
      this.#followSchema();
      this.#settle();
      if (this.#needsReconcile || this.#isUnmarked || !isOutboxEmpty(this.#db)) return true;
      this.#seenVersion = version;
    }
    if (this.#isIncomplete()) return false;
    return (
      this.#hasDueLeftovers() ||
      this.#bare.length > 0 ||
      this.#state.hasWork() ||
      this.#refused.isDue(this.#options.now()) ||
      this.#hidden.isDue
    );
  }

  /**
   * The application changed a table, or an older program's triggers are there: adapts to what the file is now, in one
   * transaction, and marks the tables in which something may have been written that no trigger saw.
   */
  #followSchema(): void {
    if (this.#schemaVersion === this.#readSchemaVersion()) return;
    requireTables(this.#db, this.#options);
    const before = this.#mappings;
    const follow = (): void => {
      const { remap } = this.#options;
      const found = remap === undefined ? before : remap(this.#db);
      // A table that is away for a moment is not given up.
      const all = [...found, ...before.filter(({ name }) => !found.some((mapping) => mapping.name === name))];
      const columns = all.map(({ name }) => ({
        table: name,
        columns: columnsOf(this.#db, name).map((column) => column.name),
      }));
      this.#mappings = withDeclared(all, this.#state.declare(schemaOf(all), columns));
      renewCapture(this.#db, this.#mappings);
    };
    if (this.#db.inTransaction) follow();
    else this.#db.transaction(follow).immediate();
    this.#access = new Map();
    this.#byName = new Map();
    for (const table of capturedTables(this.#db, this.#mappings)) {
      const access = {
        table,
        reader: new RowReader(this.#db, table),
        writer: new RowWriter(this.#db, table),
      };
      this.#access.set(table.id, access);
      this.#byName.set(table.mapping.name, access);
    }
    // A table that was missing when the file was opened has none of its rows yet.
    const isNew = (name: string): boolean => this.#known.size > 0 && !this.#known.has(name);
    if ([...this.#byName.keys()].some(isNew)) this.#needsReconcile = true;
    for (const name of this.#byName.keys()) this.#known.add(name);
    this.#missing = [...this.#known].filter((name) => !this.#byName.has(name));
    if (this.#missing.length === 0) this.#missingSince = this.#options.now();
    this.#check.reload();
    this.#foreign = foreignTriggers(this.#db, this.#mappings);
    this.#schemaVersion = this.#readSchemaVersion();
  }

  /** Nothing is shown while a table is away: it could not be shown there, and would count as shown. */
  #isIncomplete(): boolean {
    if (this.#missing.length === 0) return false;
    if (this.#options.now() - this.#missingSince < missingMs) return true;
    throw new Error(
      `the archive has no table ${this.#missing.join(", ")} any more; restart jarvisd to go on without it`,
    );
  }

  #readSchemaVersion(): number {
    return this.#db.pragma("schema_version", { simple: true }) as number;
  }

  /** Finds out which plan the file carries, and whether it is one of this state's at all. */
  #settle(): void {
    const marker = readMarker(this.#db);
    const isOurs = this.#reconcile !== undefined && marker.nonce === this.#reconcile.token;
    if (this.#reconcile !== undefined && !isOurs) this.#endReconcile();
    const verdict = settle(this.#db, this.#state.nonces(), this.#options.node);
    // A file that carries no plan yet must, or a copy from before its adoption could not be told from it.
    this.#isUnmarked = marker.nonce === null;
    if (verdict === "reconcile") this.#needsReconcile = true;
    if (verdict === "confirm" && !this.#needsReconcile) this.#state.confirm();
    if (this.#needsReconcile && isForeign(marker, this.#options.node) && !this.#mayAdopt) {
      throw new ArchiveError(
        "foreign",
        `${this.path} was last used by node ${marker.node}; it is taken over once this node is in sync with a peer.`,
      );
    }
    this.#unsettled = false;
  }

  /**
   * Marks the archive as being reconciled. From here on no older copy of it can be mistaken for what the state believes,
   * whenever this ends.
   */
  #beginReconcile(): void {
    const db = this.#db;
    const token = `reconcile ${this.#nonce()}`;
    this.#endReconcile();
    db.exec("BEGIN IMMEDIATE");
    try {
      this.#disown();
      // Rows marked for a first adoption are recognised like all others.
      db.prepare("DELETE FROM crdt_outbox WHERE kind=?").run(entryKind.adopt);
      db.exec(`DROP TABLE IF EXISTS ${adoptionTable};DROP TABLE IF EXISTS ${uncheckedTable}`);
      db.prepare("UPDATE crdt_marker SET node=?,nonce=?,applying=0").run(this.#options.node, token);
      this.#commit();
    } catch (error) {
      if (db.inTransaction) db.exec("ROLLBACK");
      this.#leftovers.reload();
      throw error;
    }
    this.#refused.reload();
    this.#hidden.reload();
    this.#leftovers.reload();
    this.#check.reload();
    const work = new Reconcile({
      db,
      tables: [...this.#byName.values()],
      identities: this.#identities,
      leftovers: this.#leftovers,
      hasher: this.#options.hasher,
      ...this.#presenceParts(),
    });
    this.#reconcile = { work, token };
    this.#stepRows = firstStepRows;
  }

  /** No file that there is carries the plan that the state takes for its last. */
  #disown(): void {
    this.#state.plan({ nonce: this.#nonce(), captured: nothingCaptured, maxRows: 0, also: [] });
    this.#state.confirm();
  }

  #endReconcile(): void {
    this.#reconcile?.work[Symbol.dispose]();
    this.#reconcile = undefined;
  }

  #runReconcile({ work, token }: { readonly work: Reconcile; readonly token: string }): Exchange {
    if (!work.isSurveyed) {
      work.survey();
      return { ...nothingDone, otherWriter: this.#otherWriter() };
    }
    const exchange = this.#runStep({
      isCurrent: () => readMarker(this.#db).nonce === token,
      do: (limit, captured) => {
        work.step(limit, captured);
        return work.isEnding ? undefined : token;
      },
      committed: () => work.commit(),
      failed: () => work.rollback(),
    });
    if (exchange.outcome !== "done" || !work.isDone) return exchange;
    this.#needsReconcile = false;
    this.#reportHidden();
    const reconciled = work.result;
    this.#endReconcile();
    return { ...exchange, reconciled };
  }

  /** None is adopted while the state has something to show: it may be that very row. */
  #hasDueLeftovers(): boolean {
    const { arrived, count } = this.#leftovers;
    return arrived > 0 || (this.#mayAdopt && count > 0 && !this.#state.hasWork());
  }

  /** Rows that no log knew: those that came meanwhile are settled, the others adopted. */
  #runLeftovers(): Exchange {
    let adopted = 0;
    const exchange = this.#runStep({
      isCurrent: () => true,
      do: (limit) => {
        adopted = this.#settleLeftovers(Math.min(limit, adoptedAtOnce));
        return undefined;
      },
      committed: () => undefined,
      failed: () => undefined,
    });
    return exchange.outcome === "done" ? { ...exchange, adopted } : exchange;
  }

  #settleLeftovers(limit: number): number {
    const waiting = this.#leftovers.next(limit, !this.#mayAdopt);
    const here = waiting.flatMap((leftover): Present[] => {
      const access = this.#access.get(leftover.table);
      const row = access && this.#rowOf(access, leftover);
      return access && row ? [{ access, row, uid: leftover.uid, isEvicted: false }] : [];
    });
    this.#leftovers.remove(waiting);
    const views = this.#state.look(
      here.map(({ access, uid }) => ({ table: access.table.mapping.name, uid })),
    );
    const known = here.filter((_, i) => views[i]!.view !== undefined);
    const fresh = here.filter(
      ({ row }, i) => views[i]!.view === undefined && sizeOf(row.values) <= greatestRow,
    );
    for (const { access, row, uid } of [...known, ...fresh])
      this.#identities.assign([{ table: access.table.id, key: row.key, uid }]);
    settlePresent(this.#presenceParts(), known);
    const at = this.#options.now();
    const intents = fresh.map(({ access, row, uid }): Intent => {
      const hint = typeof row.key === "number" ? row.key : null;
      return { kind: "row.add", table: access.table.mapping.name, uid, hint, values: row.values, base: true };
    });
    if (intents.length > 0) {
      const captured = { ...nothingCaptured, intents, times: intents.map(() => at) };
      this.#state.plan({ nonce: this.#nonce(), captured, maxRows: 0, also: [] });
    }
    return fresh.length;
  }

  /** The row that waits, unless the application has put another one in its place. */
  #rowOf({ reader }: Access, { table, key, uid, hasArrived }: WaitingRow): ArchiveRow | undefined {
    const identity = this.#identities.uidOf(table, key);
    const isStill = hasArrived ? sameUid(identity, uid) : identity === undefined;
    return isStill ? reader.one(key) : undefined;
  }

  /** Whether the row stands in the archive as one that no log knew; then it is that one. */
  #isLeftover(access: Access, { uid, values }: RowView): boolean {
    const { table } = access;
    const content = () => contentOf(this.#options.hasher, identificationOf(table), values);
    const leftover = this.#leftovers.find(table.id, uid, content);
    if (leftover === undefined) return false;
    if (this.#rowOf(access, leftover) === undefined) {
      this.#leftovers.remove([leftover]);
      return false;
    }
    this.#leftovers.arrive(leftover, uid);
    this.#identities.assign([{ table: table.id, key: leftover.key, uid }]);
    return true;
  }

  /**
   * A run that captures as every run does, and then does something else than showing the worklist, in the same
   * transaction.
   */
  #runStep(step: Step): Exchange {
    const db = this.#db;
    db.exec("BEGIN IMMEDIATE");
    const begin = performance.now();
    try {
      this.#noticeWriter();
      if (this.#readSchemaVersion() !== this.#schemaVersion || !step.isCurrent()) return this.#lookAgain();
      const { drain, fold, captured, fresh, keys, unreplicable } = this.#readCapture();
      this.#unsettled = true;
      this.#hasLog = true;
      for (const uid of changedBy(fold)) this.#hidden.release(uid);
      const isRewound = this.#needsReconcile;
      if (drain.entries.length > 0) {
        this.#state.plan({
          nonce: this.#nonce(),
          captured: { ...captured, isRewound },
          maxRows: 0,
          also: [],
        });
      }
      db.exec("UPDATE crdt_marker SET applying=1");
      this.#identities.assign(keys);
      this.#trim(drain);
      const shown = this.#totals.shown;
      const refused = this.#totals.refused;
      const resume = drain.cut ? undefined : suspendForeign(db, this.#foreign);
      const nonce = drain.cut ? readMarker(db).nonce : step.do(this.#stepRows, fresh);
      resume?.();
      const last = nonce ?? this.#nonce();
      if (nonce === undefined)
        this.#state.plan({ nonce: last, captured: nothingCaptured, maxRows: 0, also: [] });
      this.#mark(last, drain);
      this.#schemaVersion = this.#readSchemaVersion();
      this.#commit();
      if (!drain.cut) step.committed();
      const lockedMs = performance.now() - begin;
      this.#stepRows = nextStep(this.#stepRows, lockedMs);
      if (nonce === undefined) this.#state.confirm();
      this.#unsettled = nonce !== undefined;
      return {
        outcome: "done",
        drained: drain.entries.length,
        unknown: fold.unknown,
        keyless: fold.keyless,
        captured: captured.intents.length,
        evicted: captured.evicted.length,
        unreplicable,
        shown: this.#totals.shown - shown,
        refused: this.#totals.refused - refused,
        more: true,
        otherWriter: this.#otherWriter(),
        lockedMs,
      };
    } catch (error) {
      if (db.inTransaction) db.exec("ROLLBACK");
      step.failed();
      this.#seenVersion = undefined;
      this.#refused.reload();
      this.#hidden.reload();
      this.#leftovers.reload();
      this.#check.reload();
      throw error;
    }
  }

  /** The file is another than a moment ago. */
  #lookAgain(): Exchange {
    this.#db.exec("ROLLBACK");
    this.#unsettled = true;
    return { outcome: "busy" };
  }

  #run(budget: Budget): Exchange {
    const db = this.#db;
    db.exec("BEGIN IMMEDIATE");
    const begin = performance.now();
    try {
      const version = this.#noticeWriter();
      if (this.#readSchemaVersion() !== this.#schemaVersion) return this.#lookAgain();
      this.#settle();
      if (this.#needsReconcile) return this.#lookAgain();
      const { drain, fold, captured, keys, unreplicable } = this.#readCapture();

      const nonce = this.#nonce();
      // What is left in the outbox is not in the state yet, and must not be overwritten with what is.
      const limit = drain.cut || this.#missing.length > 0 ? 0 : this.#rowLimit(budget);
      for (const uid of changedBy(fold)) this.#hidden.release(uid);
      const due = drain.cut ? [] : [...this.#refused.due(this.#options.now()), ...this.#hidden.take()];
      const also = [...due.map(({ table, uid }) => ({ table: this.#nameOf(table), uid })), ...this.#bare];
      this.#unsettled = true;
      this.#hasLog = true;
      const { count, pages, more } = this.#state.plan({ nonce, captured, maxRows: limit, also });

      db.exec("UPDATE crdt_marker SET applying=1");
      const bulk = count >= bulkRows;
      if (bulk) suspendCapture(db);
      const resume = count > 0 ? suspendForeign(db, this.#foreign) : undefined;
      this.#identities.assign(keys);
      const show = performance.now();
      const result = this.#materialiser.show(pages, this.#options.now());
      if (due.length > 0) this.#refused.reload();
      this.#trim(drain);
      resume?.();
      if (bulk) installCapture(db, this.#mappings);
      this.#mark(nonce, drain);
      // Nobody else can have changed it meanwhile.
      this.#schemaVersion = this.#readSchemaVersion();
      this.#commit();
      const lockedMs = performance.now() - begin;
      this.#learnSpeed(count, performance.now() - show);
      this.#state.confirm();
      this.#unsettled = false;
      this.#bare = [];
      this.#reportChanges();
      this.#seenVersion = drain.cut ? undefined : version;
      return {
        outcome: "done",
        drained: drain.entries.length,
        unknown: fold.unknown,
        keyless: fold.keyless,
        captured: captured.intents.length,
        evicted: captured.evicted.length,
        unreplicable,
        ...result,
        more: drain.cut || more,
        otherWriter: this.#otherWriter(),
        lockedMs,
      };
    } catch (error) {
      if (db.inTransaction) db.exec("ROLLBACK");
      this.#seenVersion = undefined;
      this.#refused.reload();
      this.#hidden.reload();
      this.#leftovers.reload();
      this.#check.reload();
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

  /** The outbox of the snapshot that the transaction sees, folded into what the state shall know of it. */
  #readCapture() {
    const drain = readOutbox(this.#db, this.#options.outbox ?? defaultOutbox);
    const drained = this.#state.drained(drain.entries);
    const fold = foldEntries(drain.entries, drained, {
      tableOf: (id) => this.#access.get(id)?.table,
      identity: (table, key) => this.#identities.uidOf(table, key),
      hasher: this.#options.hasher,
    });
    const { intents, times, evicted, fresh, keys, unreplicable } = this.#intentsOf(fold);
    const entries = drain.entries.filter(({ id }) => !drained.has(id));
    const captured = { intents, times, entries, evicted };
    return { drain, fold, captured, fresh, keys, unreplicable };
  }

  /** The archive's `data_version`, within a transaction; another one than the last means another writer. */
  #noticeWriter(): number {
    const version = this.#db.pragma("data_version", { simple: true }) as number;
    this.#otherWrote = this.#dataVersion !== undefined && version !== this.#dataVersion;
    if (this.#otherWrote) this.#otherWriterAt = this.#options.now();
    this.#dataVersion = version;
    return version;
  }

  /** The end of our own writes in this transaction. */
  #mark(nonce: string | null, { entries }: Drain): void {
    this.#db
      .prepare("UPDATE crdt_marker SET node=?,nonce=?,trimmed_through=max(trimmed_through,?),applying=0")
      .run(this.#options.node, nonce, entries.at(-1)?.id ?? 0);
  }

  #nonce(): string {
    return Buffer.from(this.#options.random(16)).toString("hex");
  }

  #show(rows: readonly PlannedRow[]): void {
    const { shown, refused } = this.#materialiser.show([rows], this.#options.now());
    this.#totals.shown += shown;
    this.#totals.refused += refused;
  }

  #presenceParts() {
    return {
      state: this.#state,
      show: (rows: readonly PlannedRow[]) => this.#show(rows),
      nonce: () => this.#nonce(),
    };
  }

  /** Looks for writes that no trigger saw; the next run captures what is found. */
  #checkSome(): Exchange {
    this.#db
      .transaction(() => {
        // What the triggers saw comes first.
        if (!isOutboxEmpty(this.#db) || this.#readSchemaVersion() !== this.#schemaVersion) return;
        this.#bare = this.#check.step(checkedRows);
        this.#schemaVersion = this.#readSchemaVersion();
      })
      .immediate();
    this.#seenVersion = undefined;
    return { outcome: "busy" };
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
    for (const { table: id, uid, time, renamed, isLost } of fold.ended) {
      const { mapping } = this.#access.get(id)!.table;
      const isRemoval = renamed || (mapping.deletes === "replicate" && !isLost);
      if (isRemoval && mapping.kind !== "grow-only") {
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
        if (row.fresh === undefined || row.replaces) evicted.push({ table: name, uid });
        unknown.add(uid);
        continue;
      }
      const bytes = sizeOf(content.values);
      if (bytes > greatestRow) {
        unreplicable.push({ table: name, key: row.key, bytes });
        if (row.fresh !== undefined && !row.replaces) unknown.add(uid);
        continue;
      }
      if (row.fresh !== undefined) {
        if (row.replaces && table.mapping.kind !== "grow-only")
          timed.push({ intent: { kind: "row.remove", table: name, uid }, time });
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
      /** Rows that the application added. */
      fresh: fold.rows.filter(({ fresh, uid }) => fresh === "own" && !unknown.has(uid)),
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

  #otherWriter(): OtherWriter {
    return this.#otherWrote ? "now" : this.#isShared() ? "lately" : "none";
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

function nextStep(rows: number, lockedMs: number): number {
  const affordable = Math.floor((rows * stepMs) / Math.max(1, lockedMs));
  return Math.max(fewestRows / 2, Math.min(mostStepRows, rows * 2, affordable));
}

function sameUid(a: Uid | undefined, b: Uid): boolean {
  return a !== undefined && Buffer.compare(a, b) === 0;
}

/** Refuses a file without any of the replicated tables: it is something else, and is not written. */
function requireTables(db: ArchiveDatabase, { mappings, path }: ArchiveOptions): void {
  if (mappings.some(({ kind, name }) => kind !== "local" && hasTable(db, name))) return;
  throw new ArchiveError("unsupported", `${path} has none of the replicated tables; put the archive back.`);
}
