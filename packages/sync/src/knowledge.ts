import type { FrontierEntry, LogId } from "@jarvis-crdt/crdt";
import { SyncError } from "./error.ts";
import { isFork } from "./missing.ts";

/** A frontier, as a map or as a tree. */
export interface Base extends Iterable<readonly [log: LogId, entry: FrontierEntry]> {
  get(log: LogId): FrontierEntry | undefined;
}

const nothing: FrontierEntry = { seq: 0, batch: new Uint8Array(32) };

/**
 * What this side has and what it knows of the other: two frontiers that only grow, and where they contradict. Only what
 * differs from the frontier with which the session began is kept, so old logs cost nothing.
 */
export class Knowledge {
  readonly #maxLogs: number;
  /** Our frontier when the session began. */
  #base: Base = new Map();
  /** What grew since. */
  readonly #mine = new Map<LogId, FrontierEntry>();
  /** What the peer has said. Of other logs of the base it has the same, once `#assumed`. */
  readonly #theirs = new Map<LogId, FrontierEntry>();
  #assumed = false;
  /** Last sequence of batches that the peer sent us: it has them, though it never named their ids. */
  readonly #shown = new Map<LogId, number>();
  readonly #forks = new Set<LogId>();
  /** Operations that the peer lacks, and that we lack; counted once the frontiers are compared. */
  #lag = 0;
  #missing = 0;
  #counting = false;

  constructor(maxLogs: number) {
    this.#maxLogs = maxLogs;
  }

  begin(base: Base): void {
    this.#base = base;
  }

  /** The frontiers were compared; `same`: logs of which the peer said nothing are there as they were here. */
  compared(same: boolean): void {
    this.#assumed = same;
    for (const log of this.logs()) this.#count(this.#ahead(log));
    this.#counting = true;
  }

  get lag(): number {
    return this.#lag;
  }

  get missing(): number {
    return this.#missing;
  }

  /** Our frontier when the session began: what a comparison tells. */
  get base(): Base {
    return this.#base;
  }

  baseSeq(log: LogId): number {
    return this.#base.get(log)?.seq ?? 0;
  }

  mine(log: LogId): FrontierEntry | undefined {
    return this.#mine.get(log) ?? this.#base.get(log);
  }

  /** What the peer has said that it holds durably of a log. */
  theirs(log: LogId): FrontierEntry | undefined {
    const entry = this.#theirs.get(log) ?? (this.#assumed ? this.#base.get(log) : undefined);
    return entry?.seq === 0 ? undefined : entry;
  }

  mineSeq(log: LogId): number {
    return this.mine(log)?.seq ?? 0;
  }

  /** How far the peer is known to have the log, by what it said or by what it sent. */
  theirSeq(log: LogId): number {
    return Math.max(this.theirs(log)?.seq ?? 0, this.#shown.get(log) ?? 0);
  }

  isForked(log: LogId): boolean {
    return this.#forks.has(log);
  }

  get forks(): readonly LogId[] {
    return [...this.#forks];
  }

  /** Marks a log as written twice; whether that is news. */
  markForked(log: LogId): boolean {
    if (this.#forks.has(log)) return false;
    this.#forks.add(log);
    return true;
  }

  /** Our frontier of a log is now at least `entry`; whether it grew. */
  advanceMine(log: LogId, entry: FrontierEntry): boolean {
    if (entry.seq <= this.mineSeq(log)) return false;
    this.#change(log, () => {
      this.#mine.set(log, entry);
      if ((this.#shown.get(log) ?? 0) >= entry.seq && entry.seq > (this.theirs(log)?.seq ?? 0))
        this.#theirs.set(log, entry);
    });
    return true;
  }

  /** The peer says that it has at least `entry`. */
  advanceTheirs(log: LogId, entry: FrontierEntry): void {
    if (entry.seq < (this.theirs(log)?.seq ?? 1)) return;
    this.#bound(log);
    this.#change(log, () => this.#theirs.set(log, entry));
  }

  /** The peer named what it has where this log belongs, and this was not among it. */
  absent(log: LogId): void {
    if (!this.#theirs.has(log)) this.#theirs.set(log, nothing);
  }

  /** The peer corrects what we believe of it. */
  resetTheirs(log: LogId, entry: FrontierEntry): void {
    this.#bound(log);
    this.#change(log, () => {
      this.#shown.delete(log);
      this.#theirs.set(log, entry);
    });
  }

  /** The peer sent us a batch that ends at `seq`. */
  show(log: LogId, seq: number): void {
    if (seq <= (this.#shown.get(log) ?? 0)) return;
    this.#bound(log);
    this.#change(log, () => this.#shown.set(log, seq));
  }

  /** Whether the two frontiers contradict each other at this log. */
  contradicts(log: LogId): boolean {
    return isFork(this.mine(log), this.theirs(log));
  }

  /** The logs in which the two sides may differ. */
  *logs(): Generator<LogId> {
    if (!this.#assumed) for (const [log] of this.#base) if (!this.#mine.has(log)) yield log;
    yield* this.#mine.keys();
    for (const log of this.#theirs.keys()) if (!this.#isOurs(log)) yield log;
    for (const log of this.#shown.keys()) if (!this.#isOurs(log) && !this.#theirs.has(log)) yield log;
  }

  /** Whether `logs` yields it anyway, as a log of ours. */
  #isOurs(log: LogId): boolean {
    return this.#mine.has(log) || (!this.#assumed && this.#base.get(log) !== undefined);
  }

  /** How many operations more we have than the peer; negative where it has more. */
  #ahead(log: LogId): number {
    return this.mineSeq(log) - this.theirSeq(log);
  }

  #change(log: LogId, change: () => void): void {
    const before = this.#ahead(log);
    change();
    if (!this.#counting) return;
    this.#count(this.#ahead(log));
    this.#count(before, -1);
  }

  #count(ahead: number, sign: 1 | -1 = 1): void {
    if (ahead > 0) this.#lag += sign * ahead;
    else this.#missing -= sign * ahead;
  }

  #bound(log: LogId): void {
    if (this.#theirs.size < this.#maxLogs && this.#shown.size < this.#maxLogs) return;
    if (this.#theirs.has(log) || this.#shown.has(log)) return;
    throw new SyncError("too-many", `more than ${this.#maxLogs} logs were named`);
  }
}
