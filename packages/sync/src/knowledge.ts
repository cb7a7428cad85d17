import type { Frontier, FrontierEntry, LogId } from "@jarvis-crdt/crdt";
import { SyncError } from "./error.ts";
import { isFork } from "./missing.ts";

/** What this side has and what it knows of the other: two frontiers that only grow, and where they contradict. */
export class Knowledge {
  readonly #mine = new Map<LogId, FrontierEntry>();
  readonly #theirs = new Map<LogId, FrontierEntry>();
  /** Last sequence of batches that the peer sent us: it has them, though it never named their ids. */
  readonly #shown = new Map<LogId, number>();
  readonly #forks = new Set<LogId>();
  readonly #maxLogs: number;

  constructor(maxLogs: number) {
    this.#maxLogs = maxLogs;
  }

  get mine(): Frontier {
    return this.#mine;
  }

  /** What the peer has said that it holds durably. */
  get theirs(): Frontier {
    return this.#theirs;
  }

  mineSeq(log: LogId): number {
    return this.#mine.get(log)?.seq ?? 0;
  }

  /** How far the peer is known to have the log, by what it said or by what it sent. */
  theirSeq(log: LogId): number {
    return Math.max(this.#theirs.get(log)?.seq ?? 0, this.#shown.get(log) ?? 0);
  }

  isForked(log: LogId): boolean {
    return this.#forks.has(log);
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
    this.#mine.set(log, entry);
    if ((this.#shown.get(log) ?? 0) >= entry.seq && entry.seq > (this.#theirs.get(log)?.seq ?? 0))
      this.#theirs.set(log, entry);
    return true;
  }

  /** The peer says that it has at least `entry`. */
  advanceTheirs(log: LogId, entry: FrontierEntry): void {
    if (entry.seq < (this.#theirs.get(log)?.seq ?? 1)) return;
    this.#bound(log);
    this.#theirs.set(log, entry);
  }

  /** The peer corrects what we believe of it. */
  resetTheirs(log: LogId, entry: FrontierEntry): void {
    this.#shown.delete(log);
    this.#bound(log);
    if (entry.seq === 0) this.#theirs.delete(log);
    else this.#theirs.set(log, entry);
  }

  /** The peer sent us a batch that ends at `seq`. */
  show(log: LogId, seq: number): void {
    if (seq <= (this.#shown.get(log) ?? 0)) return;
    this.#bound(log);
    this.#shown.set(log, seq);
  }

  /** Whether the two frontiers contradict each other at this log. */
  contradicts(log: LogId): boolean {
    return isFork(this.#mine.get(log), this.#theirs.get(log));
  }

  *logs(): Generator<LogId> {
    yield* this.#mine.keys();
    for (const log of this.#theirs.keys()) if (!this.#mine.has(log)) yield log;
    for (const log of this.#shown.keys()) if (!this.#mine.has(log) && !this.#theirs.has(log)) yield log;
  }

  #bound(log: LogId): void {
    if (this.#theirs.size < this.#maxLogs && this.#shown.size < this.#maxLogs) return;
    if (this.#theirs.has(log) || this.#shown.has(log)) return;
    throw new SyncError("too-many", `more than ${this.#maxLogs} logs were named`);
  }
}
