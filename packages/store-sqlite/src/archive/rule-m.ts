import type { Uid } from "@jarvis-crdt/crdt";
import { type Plan, type RowKey, StateBusy } from "../state/state.ts";
import { uidText } from "../uid.ts";
import { installCapture, suspendCapture } from "./capture.ts";
import { bothReports, nothingReported, reportOf } from "./capture-report.ts";
import { dataVersion } from "./data-version.ts";
import type { Budget, CaptureReport, Exchange } from "./exchange.ts";
import { suspendForeign } from "./foreign-triggers.ts";
import type { Materialiser } from "./materialiser.ts";
import type { OpenArchive } from "./open-archive.ts";
import type { OutboxReading } from "./outbox-reader.ts";
import { beginWrites, changedBy, commitArchive, endWrites, trimOutbox } from "./own-transaction.ts";
import type { RefusedRows } from "./refused.ts";

export interface RuleMParts {
  readonly archive: OpenArchive;
  readonly refused: RefusedRows;
  readonly materialiser: Materialiser;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Finds out which plan the file carries; whether it is one of the state's. Inside a transaction. */
  readonly settle: () => boolean;
  /** Throws where the path leads to another file now. */
  readonly checkFile: () => void;
}

/** A run, and the file's `data_version` if all that there was to capture is captured. */
export interface Run {
  readonly exchange: Exchange;
  readonly version: number | undefined;
}

/** What was read, and when it was true. */
interface Seen {
  /** The file's `data_version`. */
  readonly version: number;
  readonly read: OutboxReading;
}

/** What a run writes. */
interface Prepared extends Seen {
  readonly nonce: string;
  readonly plan: Plan;
}

/** From here on the transaction does without our triggers: even one that does nothing halves SQLite's inserts. */
const bulkRows = 200;
/** Entries in an outbox that captures alone make longer; each reads all of it again. */
const mostUntrimmed = 5_000;
/**
 * How long the state may be waited for under the lock, in ms: its thread may have much else to do, and the application waits
 * five seconds at most. Twice as long after each run that was in vain, so that one succeeds.
 */
const patience = { first: 2_000, most: 60_000 };

/**
 * Rule M: what the application wrote goes into the state, durably, before anything of ours is written, and what we write
 * comes from the state's current cells.
 *
 * All that can be done without the write lock is done before it is taken: the outbox is read, what was captured is
 * committed to the state, and the plan is made. Under the lock it is carried out only if nobody has written the file since
 * the outbox was read. Otherwise it was in vain but for what was captured, as after a crash: the next plan takes its place.
 */
export class RuleM {
  readonly #parts: RuleMParts;
  /** Rows that a check wants to be shown again. */
  #bare: readonly RowKey[] = [];
  /** Rows that were captured as changed and whose change no run has followed yet. */
  #changed: Uid[] = [];
  /** No run of this process has been committed: what an earlier one captured last may not have been followed either. */
  #isFirst = true;
  #report: CaptureReport = nothingReported;
  /** Entries that are captured and stand in the outbox yet. */
  #untrimmed = 0;
  #patience = patience.first;

  constructor(parts: RuleMParts) {
    this.#parts = parts;
  }

  get hasBare(): boolean {
    return this.#bare.length > 0;
  }

  /** Rows that a check wants to be shown again. */
  showAgain(rows: readonly RowKey[]): void {
    this.#bare = rows;
  }

  /** One run. */
  run(budget: Budget): Run {
    const begin = performance.now();
    const seen = this.#read();
    // The runs that follow take the entries out in portions.
    if (seen !== undefined && this.#parts.archive.outbox.isLong(seen.read)) return this.#capture(seen, begin);
    const prepared = seen && !this.#isLockNeeded() ? this.#prepare(seen, budget) : undefined;
    // Where somebody was faster a plan is made under the lock: in a file that is written all the time he would be again.
    return (
      (prepared && this.#carryOut(prepared)) ?? this.#runLocked(budget, prepared?.read.drain.cut, seen?.read)
    );
  }

  /**
   * Takes what the application wrote into the state, and writes nothing into the file. `version` as of a run; undefined
   * where only a run can do it.
   */
  capture(): Run {
    const begin = performance.now();
    const seen = this.#untrimmed < mostUntrimmed ? this.#read() : undefined;
    return seen === undefined
      ? { exchange: { outcome: "idle" }, version: undefined }
      : this.#capture(seen, begin);
  }

  #capture({ read, version }: Seen, begin: number): Run {
    const { state, pace } = this.#parts.archive;
    if (read.captured.entries.length > 0) {
      this.#captured(read);
      state.plan({ nonce: this.#parts.archive.nonce(), captured: read.captured, maxRows: 0, also: [] });
      this.#untrimmed = read.drain.entries.length;
    }
    pace.notice(version);
    const { otherWriter } = pace;
    const ms = performance.now() - begin;
    const report = this.#reported();
    return {
      exchange: { outcome: "captured", ...report, otherWriter, ms },
      version: read.drain.cut ? undefined : version,
    };
  }

  /** Rows that are due are noted in the file when they are taken. */
  #isLockNeeded(): boolean {
    const { archive, refused, now } = this.#parts;
    return archive.hidden.isDue || refused.isDue(now());
  }

  /** The outbox as it is; undefined where its reading needs the lock. */
  #read(): Seen | undefined {
    const { archive, settle } = this.#parts;
    const { db, tables, outbox } = archive;
    return db
      .transaction(() => {
        const version = dataVersion(db);
        if (!tables.isCurrent || !settle()) return undefined;
        const read = outbox.read();
        return read.isPlain ? { version, read } : undefined;
      })
      .deferred();
  }

  #prepare({ read, version }: Seen, budget: Budget): Prepared {
    const { archive } = this.#parts;
    const nonce = archive.nonce();
    this.#captured(read);
    const maxRows = this.#rows(read, budget);
    const plan = archive.state.plan({ nonce, captured: read.captured, maxRows, also: this.#bare });
    return { version, read, nonce, plan };
  }

  /**
   * What is left in the outbox, or was written where no trigger saw it, is not in the state yet, and must not be overwritten
   * with what is.
   */
  #rows({ drain }: OutboxReading, budget: Budget): number {
    const { tables, check, pace } = this.#parts.archive;
    return drain.cut || tables.isAnyMissing || check.isDue ? 0 : pace.rows(budget);
  }

  #captured(read: OutboxReading): void {
    this.#report = bothReports(this.#report, reportOf(read));
    this.#parts.archive.outbox.know(read);
    if (this.#parts.archive.hidden.count > 0) this.#changed.push(...changedBy(read.fold));
  }

  #reported(): CaptureReport {
    const report = this.#report;
    this.#report = nothingReported;
    return report;
  }

  /** Undefined where somebody else was faster. */
  #carryOut(prepared: Prepared): Run | undefined {
    return this.#locked((begin) => {
      const { archive, checkFile } = this.#parts;
      checkFile();
      if (dataVersion(archive.db) !== prepared.version || !archive.tables.isCurrent) {
        archive.db.exec("ROLLBACK");
        return undefined;
      }
      this.#release();
      return this.#write(prepared, begin);
    });
  }

  /** Of a long outbox the next part is captured without the lock as well, and so is all that came since it was `seen`, if that is much. */
  #runLocked(budget: Budget, onlyKnown?: boolean, seen?: OutboxReading): Run {
    return this.#locked((begin) => {
      const { archive, refused, now, settle } = this.#parts;
      const { db, tables, outbox, hidden, state } = archive;
      const version = dataVersion(db);
      if (!tables.isCurrent || !settle() || (seen && outbox.hasManyAfter(seen))) {
        db.exec("ROLLBACK");
        return { exchange: { outcome: "busy" }, version: undefined };
      }
      const read = outbox.read(onlyKnown);
      const nonce = archive.nonce();
      this.#captured(read);
      this.#release();
      const due = read.drain.cut || archive.check.isDue ? [] : [...refused.due(now()), ...hidden.take()];
      const also = [...due.map(({ table, uid }) => ({ table: tables.nameOf(table), uid })), ...this.#bare];
      const plan = state.plan({ nonce, captured: read.captured, maxRows: this.#rows(read, budget), also });
      const run = this.#write({ version, read, nonce, plan }, begin);
      if (due.length > 0) refused.reload();
      return run;
    });
  }

  #locked<T>(body: (begin: number) => T): T {
    const { db, state, reload } = this.#parts.archive;
    db.exec("BEGIN IMMEDIATE");
    try {
      const result = state.within(this.#patience, () => body(performance.now()));
      this.#patience = patience.first;
      return result;
    } catch (error) {
      if (error instanceof StateBusy) this.#patience = Math.min(patience.most, this.#patience * 2);
      if (db.inTransaction) db.exec("ROLLBACK");
      reload();
      throw error;
    }
  }

  /** What these rows hid may be shown. */
  #release(): void {
    const { hidden } = this.#parts.archive;
    if (this.#isFirst) hidden.releaseAll();
    for (const uid of this.#changed) hidden.release(uid);
  }

  /** Carries out a plan under the lock, and commits. */
  #write({ version, read, nonce, plan }: Prepared, begin: number): Run {
    const { archive, materialiser, now } = this.#parts;
    const { db, tables, identities, leftovers, hidden, pace, state, node } = archive;
    const { drain, keys } = read;
    const { count, pages, left, more } = plan;
    pace.notice(version);
    beginWrites(db);
    const bulk = count >= bulkRows;
    if (bulk) suspendCapture(db);
    const resume = count > 0 ? suspendForeign(db, tables.foreign) : undefined;
    identities.assign(keys);
    leftovers.follow(drain.entries);
    const show = performance.now();
    const result = materialiser.show(pages, now());
    for (const { uid } of left) hidden.retry(uid);
    trimOutbox(db, drain);
    resume?.();
    if (bulk) installCapture(db, tables.mappings);
    endWrites(db, node, nonce, drain);
    // Nobody else can have changed it meanwhile.
    tables.keep();
    commitArchive(db);
    const end = performance.now();
    pace.learn(count, end - show);
    state.confirm();
    this.#changed = [];
    this.#isFirst = false;
    this.#untrimmed = drain.cut ? Math.max(0, this.#untrimmed - drain.entries.length) : 0;
    this.#bare = this.#bare.filter((row) => left.some(({ uid }) => uidText(uid) === uidText(row.uid)));
    const exchange: Exchange = {
      outcome: "done",
      ...this.#reported(),
      ...result,
      more: drain.cut || more || left.length > 0,
      otherWriter: pace.otherWriter,
      lockedMs: end - begin,
    };
    return { exchange, version: drain.cut ? undefined : version };
  }
}
