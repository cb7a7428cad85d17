import type { Uid } from "@jarvis-crdt/crdt";
import { moveLog } from "../move-log.ts";
import type { ArchiveOptions } from "./archive-options.ts";
import { ArchiveParts } from "./archive-parts.ts";
import { hasCapture } from "./capture.ts";
import { captureRest } from "./capture-rest.ts";
import { dataVersion } from "./data-version.ts";
import { type ArchiveDatabase, asArchiveError, isBusy } from "./database.ts";
import { ArchiveError } from "./error.ts";
import type { Budget, Exchange } from "./exchange.ts";
import { fileIdentity } from "./file-identity.ts";
import { reportChanges, reportHidden } from "./hidden-report.ts";
import type { LocalKey } from "./local-key.ts";
import { isForeign, readMarker, settle } from "./marker.ts";
import { openAdopted } from "./open-adopted.ts";
import { isOutboxEmpty } from "./outbox.ts";
import { ReconcileRun } from "./reconcile/reconcile-run.ts";
import type { RefusedRow } from "./refused.ts";
import { RuleM } from "./rule-m.ts";
import { StepRun } from "./step-run.ts";
import { Stillness } from "./stillness.ts";

/** Rows looked at in one transaction. */
const checkedRows = 300;

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
  readonly #archive: ArchiveParts;
  readonly #ruleM: RuleM;
  readonly #reconcile: ReconcileRun;
  /** Runs that settle leftovers. */
  readonly #steps: StepRun;
  readonly #file: string;
  readonly #stillness: Stillness;
  /** `PRAGMA data_version` when the outbox was last seen empty; undefined: look again. */
  #seenVersion: number | undefined;
  /** The same, when it was last asked for because the file may have been written. */
  #lookedAt: number | undefined;
  /** The same, when all that was in the outbox was last captured without being taken out. */
  #capturedVersion: number | undefined;
  /** A plan was committed to the state, and whether the archive carries it is not known. */
  #unsettled = true;
  #isUnmarked = false;
  /** Rows that no log knows may become rows of this node. */
  #mayAdopt = false;
  /** Written since the last rest. */
  #hasLog = true;

  private constructor(options: ArchiveOptions, db: ArchiveDatabase) {
    this.path = options.path;
    this.#options = options;
    this.#db = db;
    this.#file = fileIdentity(options.path);
    this.#stillness = new Stillness(options.path, () => Date.now());
    this.#archive = new ArchiveParts(options, db);
    const { refused, materialiser } = this.#archive;
    this.#reconcile = new ReconcileRun(this.#archive);
    this.#steps = new StepRun(this.#archive);
    this.#ruleM = new RuleM({
      archive: this.#archive,
      refused,
      materialiser,
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
    const db = openAdopted(options);
    try {
      const file = new ArchiveFile(options, db);
      file.#followSchema();
      reportHidden(file.#archive);
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
  exchange(budget: Budget = this.#archive.pace.budget): Exchange {
    try {
      this.#checkFile();
      const exchange = this.#exchange(budget);
      if (exchange.outcome === "done") this.#stillness.wrote();
      return exchange;
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
      if (hasCapture(this.#db)) this.#archive.outbox.look();
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
    const access = this.#archive.tables.byName(table);
    return access && this.#archive.identities.keyOf(access.table.id, uid);
  }

  /** Rows that this file refuses, the next to be tried first. */
  refused(limit = 100): readonly (Omit<RefusedRow, "table"> & { readonly table: string })[] {
    return this.#archive.refused
      .list(limit)
      .map((row) => ({ ...row, table: this.#archive.tables.nameOf(row.table) }));
  }

  get journalMode(): string {
    return this.#db.pragma("journal_mode", { simple: true }) as string;
  }

  /**
   * The path leads to another file now: takes what the application wrote last into this one. Writes nothing into it,
   * because its journal would lie beside the other one.
   */
  captureRest(): void {
    captureRest(this.#archive);
  }

  /** From now on rows that no log knows become rows of this node: a peer has told all it knows, or there is none. */
  adoptLeftovers(): void {
    this.#mayAdopt = true;
  }

  /** Rows that no log knows and that are not adopted yet. */
  get leftovers(): number {
    return this.#archive.leftovers.count;
  }

  close(): void {
    this.#reconcile.end();
    this.#db.close();
  }

  #exchange(budget: Budget): Exchange {
    const hasWork = this.#hasWork();
    if (this.#reconcile.isNeeded) return this.#runReconcile();
    // Before anything is shown.
    if (this.#archive.check.isDue && isOutboxEmpty(this.#archive.db)) return this.#checkSome();
    if (!hasWork) return { outcome: "idle" };
    return this.#hasDueLeftovers() ? this.#runLeftovers() : this.#run(budget);
  }

  /** Whether a run would do anything: the file changed, the state has something to show, a refused row is due. */
  #hasWork(): boolean {
    const isSettled = !this.#unsettled && !this.#reconcile.isNeeded;
    const version = isSettled && this.#stillness.isStill() ? this.#seenVersion : this.#look();
    if (version === undefined || version !== this.#seenVersion || this.#unsettled || !isSettled) {
      this.#followSchema();
      this.#settle();
      if (this.#reconcile.isNeeded || this.#isUnmarked || !isOutboxEmpty(this.#db)) return true;
      this.#seenVersion = version;
    }
    if (this.#archive.tables.isIncomplete()) return false;
    return (
      this.#hasDueLeftovers() ||
      this.#ruleM.hasBare ||
      this.#archive.state.hasWork() ||
      this.#archive.refused.isDue(this.#options.now()) ||
      this.#archive.hidden.isDue
    );
  }

  /** Whether anything may have been written since the last run, into the file that there was then. */
  #mayCapture(): boolean {
    if (this.#reconcile.isNeeded || !this.#archive.tables.isCurrent) return false;
    const version = dataVersion(this.#db);
    return version !== this.#seenVersion && version !== this.#capturedVersion;
  }

  /** Adapts to what the application made of its tables. */
  #followSchema(): void {
    if (this.#archive.tables.isCurrent) return;
    this.#archive.asCaptured.forget();
    if (this.#archive.tables.follow()) this.#reconcile.need();
    this.#archive.check.reload();
  }

  #look(): number {
    const isWritten = this.#stillness.look();
    const version = dataVersion(this.#db);
    if (isWritten && version === this.#lookedAt) this.#forgetPages();
    this.#lookedAt = version;
    return version;
  }

  /**
   * Somebody wrote the file past SQLite, as a copy does that is put over it: SQLite does not know, and what we read in the midst
   * of it may be half of either.
   */
  #forgetPages(): void {
    this.#db.pragma("shrink_memory");
    this.#archive.asCaptured.forget();
    this.#unsettled = true;
  }

  /** Finds out which plan the file carries, and whether it is one of this state's at all. */
  #settle(): void {
    const marker = readMarker(this.#db);
    this.#reconcile.notice(marker);
    const verdict = settle(this.#db, this.#archive.state.nonces(), this.#options.node);
    // A file that carries no plan yet must, or a copy from before its adoption could not be told from it.
    this.#isUnmarked = marker.nonce === null;
    if (verdict === "reconcile") this.#reconcile.need();
    if (verdict === "confirm" && !this.#reconcile.isNeeded) this.#archive.state.confirm();
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
    if (!this.#reconcile.isNeeded) reportHidden(this.#archive);
    return exchange;
  }

  /** None is adopted while the state has something to show: it may be that very row. */
  #hasDueLeftovers(): boolean {
    const { arrived, count } = this.#archive.leftovers;
    return arrived > 0 || (this.#mayAdopt && count > 0 && !this.#archive.state.hasWork());
  }

  /** Rows that no log knew: those that came meanwhile are settled, the others adopted. */
  #runLeftovers(): Exchange {
    let adopted = 0;
    this.#willWrite();
    const exchange = this.#steps.run({
      isRewound: false,
      isCurrent: () => true,
      do: (limit) => {
        adopted = this.#archive.claims.settle(Math.min(limit, adoptedAtOnce), this.#mayAdopt);
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
    reportChanges(this.#archive);
    this.#seenVersion = version;
    return exchange;
  }

  /** Looks for writes that no trigger saw; the next run captures what is found. */
  #checkSome(): Exchange {
    this.#db
      .transaction(() => {
        // What the triggers saw comes first.
        if (!isOutboxEmpty(this.#db) || !this.#archive.tables.isCurrent) return;
        this.#ruleM.showAgain(this.#archive.check.step(checkedRows));
        this.#archive.tables.keep();
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
