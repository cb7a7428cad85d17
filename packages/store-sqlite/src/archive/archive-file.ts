import type { Hasher } from "@jarvis-crdt/batch";
import type { NodeId, Uid } from "@jarvis-crdt/crdt";
import type { TableMapping } from "../mapping.ts";
import { moveLog } from "../move-log.ts";
import type { PlannedRow, State } from "../state/state.ts";
import { hasCapture, isAdopting } from "./capture.ts";
import { Check } from "./check.ts";
import { Contest } from "./contest.ts";
import { dataVersion } from "./data-version.ts";
import { type ArchiveDatabase, asArchiveError, isBusy, openArchiveDatabase } from "./database.ts";
import { disown } from "./disown.ts";
import { ArchiveError } from "./error.ts";
import type { Budget, Exchange } from "./exchange.ts";
import { fileIdentity } from "./file-identity.ts";
import { FileTables, requireTables } from "./file-tables.ts";
import { HiddenRows } from "./hidden.ts";
import { Identities } from "./identities.ts";
import type { LocalKey } from "./local-key.ts";
import { isForeign, readMarker, settle } from "./marker.ts";
import { Materialiser } from "./materialiser.ts";
import type { OpenArchive } from "./open-archive.ts";
import { isOutboxEmpty, type OutboxLimits } from "./outbox.ts";
import { OutboxReader } from "./outbox-reader.ts";
import { Pace } from "./pace.ts";
import { Claims } from "./reconcile/claims.ts";
import { Leftovers } from "./reconcile/leftovers.ts";
import { ReconcileRun } from "./reconcile/reconcile-run.ts";
import { type RefusedRow, RefusedRows } from "./refused.ts";
import { RuleM } from "./rule-m.ts";
import { StepRun } from "./step-run.ts";
import { Stillness } from "./stillness.ts";
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

/** Page cache: a larger one than holds what a run touches gains nothing that could be measured, and is memory for good. */
const cacheKiB = 24 * 1024;
/** Pages of the write-ahead log after which SQLite checkpoints by itself, whoever waits: more than a catch-up writes. */
const checkpointPages = 65_536;
/** What a write-ahead log may keep of its length once it is in the file, in bytes. */
const keptLog = 16 * 1024 * 1024;
/** Nothing runs yet while a file is opened: wait as long as the assistant would. */
const openingBusyMs = 5_000;

/** Rows that are adopted in one transaction. */
const adoptedAtOnce = 500;

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
  readonly #tables: FileTables;
  readonly #identities: Identities;
  readonly #refused: RefusedRows;
  readonly #hidden: HiddenRows;
  readonly #leftovers: Leftovers;
  readonly #claims: Claims;
  readonly #materialiser: Materialiser;
  readonly #check: Check;
  readonly #ruleM: RuleM;
  readonly #file: string;
  readonly #stillness: Stillness;
  /** `PRAGMA data_version` when the outbox was last seen empty; undefined: look again. */
  #seenVersion: number | undefined;
  /** The same, when all that was in the outbox was last captured without being taken out. */
  #capturedVersion: number | undefined;
  readonly #pace: Pace;
  readonly #outbox: OutboxReader;
  /** A plan was committed to the state, and whether the archive carries it is not known. */
  #unsettled = true;
  #isUnmarked = false;
  readonly #reconcile: ReconcileRun;
  /** Runs that settle leftovers. */
  readonly #steps: StepRun;
  /** Rows that no log knows may become rows of this node. */
  #mayAdopt = false;
  readonly #totals = { shown: 0, refused: 0 };
  /** Written since the last rest. */
  #hasLog = true;

  private constructor(options: ArchiveOptions, db: ArchiveDatabase) {
    this.path = options.path;
    this.#options = options;
    this.#db = db;
    this.#state = options.state;
    this.#tables = new FileTables(db, options);
    this.#identities = new Identities(db);
    this.#refused = new RefusedRows(db);
    this.#hidden = new HiddenRows(db);
    this.#leftovers = new Leftovers(db);
    this.#claims = new Claims({
      ...this.#presenceParts(),
      leftovers: this.#leftovers,
      tables: this.#tables,
      identities: this.#identities,
      hasher: options.hasher,
      now: options.now,
    });
    this.#materialiser = new Materialiser(
      db,
      options.hasher,
      this.#identities,
      this.#refused,
      this.#hidden,
      new Contest(db, this.#identities, this.#hidden, this.#state),
      (name) => this.#tables.byName(name),
      (access, view) => this.#leftovers.count > 0 && this.#claims.isClaimed(access, view),
      this.#state,
    );
    this.#check = new Check(db, this.#identities, this.#state, (id) => this.#tables.byId(id));
    this.#outbox = new OutboxReader(
      db,
      this.#identities,
      this.#state,
      (id) => this.#tables.byId(id),
      options,
    );
    this.#pace = new Pace(options.now);
    this.#file = fileIdentity(options.path);
    this.#stillness = new Stillness(options.path, () => Date.now());
    const open = this.#openArchive();
    this.#reconcile = new ReconcileRun(open);
    this.#steps = new StepRun(open);
    this.#ruleM = new RuleM({
      archive: open,
      refused: this.#refused,
      materialiser: this.#materialiser,
      now: options.now,
      settle: () => this.#settleForRun(),
      checkFile: () => this.#checkFile(),
    });
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
      requireTables(db, options.mappings, options.path);
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
  exchange(budget: Budget = this.#pace.budget): Exchange {
    try {
      this.#checkFile();
      if (!this.#hasWork()) return this.#check.isDue ? this.#checkSome() : { outcome: "idle" };
      if (this.#reconcile.isNeeded) return this.#runReconcile();
      return this.#hasDueLeftovers() ? this.#runLeftovers() : this.#run(budget);
    } catch (error) {
      if (isBusy(error)) return { outcome: "busy" };
      throw asArchiveError(error, this.path);
    }
  }

  /**
   * Takes what the application wrote into the state, without the write lock: what else there is to do waits for an
   * `exchange`. Throws as that does.
   */
  capture(): Exchange {
    try {
      this.#checkFile();
      if (!this.#mayCapture()) return { outcome: "idle" };
      // The state remembers a plan that the archive will not carry.
      this.#unsettled = true;
      const { exchange, version } = this.#ruleM.capture();
      this.#capturedVersion = version;
      return exchange;
    } catch (error) {
      if (isBusy(error)) return { outcome: "busy" };
      throw asArchiveError(error, this.path);
    }
  }

  /** Another number whenever another program has written the file, or is just writing it. */
  version(): number {
    try {
      return this.#stillness.version() ?? dataVersion(this.#db);
    } catch (error) {
      if (isBusy(error)) return Number.NaN;
      throw error;
    }
  }

  /** Somebody writes, and all of it will be read later: where his transactions end is seen now only. */
  look(): void {
    try {
      if (hasCapture(this.#db)) this.#outbox.look();
    } catch (error) {
      if (!isBusy(error)) throw asArchiveError(error, this.path);
    }
  }

  /** When nothing was to do for a while: moves the write-ahead log into the file, as far as readers let it. */
  rest(): void {
    if (!this.#hasLog) return;
    this.#hasLog = moveLog(this.#db, this.path);
  }

  /** Where a row is shown. */
  keyOf(table: string, uid: Uid): LocalKey | undefined {
    const access = this.#tables.byName(table);
    return access && this.#identities.keyOf(access.table.id, uid);
  }

  /** Rows that this file refuses, the next to be tried first. */
  refused(limit = 100): readonly (Omit<RefusedRow, "table"> & { readonly table: string })[] {
    return this.#refused.list(limit).map((row) => ({ ...row, table: this.#tables.nameOf(row.table) }));
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
        if (!this.#tables.isCurrent || isOutboxEmpty(this.#db)) return;
        const marker = readMarker(this.#db);
        if (isForeign(marker, this.#options.node)) return;
        const isRewound = settle(this.#db, this.#state.nonces(), this.#options.node) === "reconcile";
        disown(this.#state, this.#nonce());
        const { captured } = this.#outbox.readAll();
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
    this.#reconcile.end();
    this.#db.close();
  }

  /** Whether a run would do anything: the file changed, the state has something to show, a refused row is due. */
  #hasWork(): boolean {
    const isUnsettled = this.#unsettled || this.#reconcile.isNeeded;
    const version = !isUnsettled && this.#stillness.isStill() ? this.#seenVersion : this.#look();
    if (version === undefined || version !== this.#seenVersion || isUnsettled) {
      this.#followSchema();
      this.#settle();
      if (this.#reconcile.isNeeded || this.#isUnmarked || !isOutboxEmpty(this.#db)) return true;
      this.#seenVersion = version;
    }
    if (this.#tables.isIncomplete()) return false;
    return (
      this.#hasDueLeftovers() ||
      this.#ruleM.hasBare ||
      this.#state.hasWork() ||
      this.#refused.isDue(this.#options.now()) ||
      this.#hidden.isDue
    );
  }

  /** Whether anything may have been written since the last run, into the file that there was then. */
  #mayCapture(): boolean {
    if (this.#reconcile.isNeeded || !this.#tables.isCurrent) return false;
    const version = dataVersion(this.#db);
    return version !== this.#seenVersion && version !== this.#capturedVersion;
  }

  /** Adapts to what the application made of its tables. */
  #followSchema(): void {
    if (this.#tables.isCurrent) return;
    if (this.#tables.follow()) this.#reconcile.need();
    this.#check.reload();
  }

  #look(): number {
    this.#stillness.look();
    return dataVersion(this.#db);
  }

  /** Finds out which plan the file carries, and whether it is one of this state's at all. */
  #settle(): void {
    const marker = readMarker(this.#db);
    this.#reconcile.notice(marker);
    const verdict = settle(this.#db, this.#state.nonces(), this.#options.node);
    // A file that carries no plan yet must, or a copy from before its adoption could not be told from it.
    this.#isUnmarked = marker.nonce === null;
    if (verdict === "reconcile") this.#reconcile.need();
    if (verdict === "confirm" && !this.#reconcile.isNeeded) this.#state.confirm();
    if (this.#reconcile.isNeeded && isForeign(marker, this.#options.node) && !this.#mayAdopt) {
      throw new ArchiveError(
        "foreign",
        `${this.path} was last used by node ${marker.node}; it is taken over once this node is in sync with a peer.`,
      );
    }
    this.#unsettled = false;
  }

  /** Whether the file, inside a transaction, carries a plan of the state; the fate of the next one is open again. */
  #settleForRun(): boolean {
    this.#settle();
    this.#unsettled = true;
    return !this.#reconcile.isNeeded;
  }

  #runReconcile(): Exchange {
    this.#willWrite();
    const exchange = this.#reconcile.run();
    if (!this.#reconcile.isNeeded) this.#reportHidden();
    return exchange;
  }

  /** None is adopted while the state has something to show: it may be that very row. */
  #hasDueLeftovers(): boolean {
    const { arrived, count } = this.#leftovers;
    return arrived > 0 || (this.#mayAdopt && count > 0 && !this.#state.hasWork());
  }

  /** Rows that no log knew: those that came meanwhile are settled, the others adopted. */
  #runLeftovers(): Exchange {
    let adopted = 0;
    this.#willWrite();
    const exchange = this.#steps.run({
      isRewound: false,
      isCurrent: () => true,
      do: (limit) => {
        adopted = this.#claims.settle(Math.min(limit, adoptedAtOnce), this.#mayAdopt);
        return undefined;
      },
      committed: () => undefined,
      failed: () => undefined,
    });
    return exchange.outcome === "done" ? { ...exchange, adopted } : exchange;
  }

  /** Until a run has ended well nothing that is remembered of the file counts. */
  #willWrite(): void {
    this.#unsettled = true;
    this.#seenVersion = undefined;
    this.#capturedVersion = undefined;
    this.#hasLog = true;
  }

  #run(budget: Budget): Exchange {
    this.#willWrite();
    const { exchange, version } = this.#ruleM.run(budget);
    if (exchange.outcome !== "done") return exchange;
    this.#unsettled = false;
    this.#reportChanges();
    this.#seenVersion = version;
    return exchange;
  }

  /** Tells the state all rows that are hidden: it may have missed what a process did last that was killed. */
  #reportHidden(): void {
    const hidden = this.#hidden.list().map((row) => ({ ...row, table: this.#tables.nameOf(row.table) }));
    this.#state.unshown({ hidden, shown: [], all: true });
  }

  #reportChanges(): void {
    const changes = this.#hidden.changes();
    if (changes === undefined) return;
    this.#state.unshown({
      hidden: changes.hidden.map((row) => ({ ...row, table: this.#tables.nameOf(row.table) })),
      shown: changes.shown.map(({ table, uid }) => ({ table: this.#tables.nameOf(table), uid })),
      all: false,
    });
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

  #openArchive(): OpenArchive {
    return {
      ...this.#presenceParts(),
      db: this.#db,
      node: this.#options.node,
      hasher: this.#options.hasher,
      tables: this.#tables,
      identities: this.#identities,
      hidden: this.#hidden,
      leftovers: this.#leftovers,
      outbox: this.#outbox,
      pace: this.#pace,
      totals: this.#totals,
      reload: () => this.#reload(),
    };
  }

  /** Reads again what is remembered of the file. */
  #reload(): void {
    this.#refused.reload();
    this.#hidden.reload();
    this.#leftovers.reload();
    this.#check.reload();
  }

  /** Looks for writes that no trigger saw; the next run captures what is found. */
  #checkSome(): Exchange {
    this.#db
      .transaction(() => {
        // What the triggers saw comes first.
        if (!isOutboxEmpty(this.#db) || !this.#tables.isCurrent) return;
        this.#ruleM.showAgain(this.#check.step(checkedRows));
        this.#tables.keep();
      })
      .immediate();
    this.#seenVersion = undefined;
    return { outcome: "busy" };
  }

  #checkFile(): void {
    if (fileIdentity(this.path) === this.#file) return;
    throw new ArchiveError("replaced", `${this.path} is another file now; open it again.`);
  }
}
