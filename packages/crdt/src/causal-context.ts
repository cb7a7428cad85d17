import type { Dot } from "./dot.ts";
import { CrdtError } from "./error.ts";
import type { LogId } from "./log.ts";

/** A causal context as plain data: for each log the end of its run, and then the dots above it, ascending. */
export type ContextJson = Readonly<Record<LogId, readonly number[]>>;

/**
 * Which dots were seen: for each log an unbroken run from 1, and a cloud of single dots above it (Almeida, Shoker,
 * Baquero 2018, "dotted version vector"). Dots of the cloud move into the run as its gaps close.
 */
export class CausalContext {
  readonly #runs = new Map<LogId, number>();
  readonly #cloud = new Map<LogId, Set<number>>();

  /** Whether the dot was seen. O(1). */
  has(dot: Dot): boolean {
    return dot.seq <= this.run(dot.log) || this.#cloud.get(dot.log)?.has(dot.seq) === true;
  }

  /** The last sequence of the unbroken run of `log`, 0 where there is none. */
  run(log: LogId): number {
    return this.#runs.get(log) ?? 0;
  }

  /** Logs of which at least one dot was seen. */
  *logs(): IterableIterator<LogId> {
    yield* this.#runs.keys();
    for (const log of this.#cloud.keys()) if (!this.#runs.has(log)) yield log;
  }

  /** The dots above the run of `log`, ascending. */
  cloud(log: LogId): readonly number[] {
    return [...(this.#cloud.get(log) ?? [])].sort((a, b) => a - b);
  }

  /** Dots seen above the runs. */
  get cloudSize(): number {
    let size = 0;
    for (const cloud of this.#cloud.values()) size += cloud.size;
    return size;
  }

  /** Whether the dot is new. Amortised O(1). */
  add(dot: Dot): boolean {
    if (this.has(dot)) return false;
    if (dot.seq === this.run(dot.log) + 1) this.addRun(dot.log, dot.seq);
    else {
      const cloud = this.#cloud.get(dot.log);
      if (cloud) cloud.add(dot.seq);
      else this.#cloud.set(dot.log, new Set([dot.seq]));
    }
    return true;
  }

  /** Adds all of `log` up to `seq`. Whether anything is new. */
  addRun(log: LogId, seq: number): boolean {
    const before = this.run(log);
    if (seq <= before) return false;
    const cloud = this.#cloud.get(log);
    if (cloud === undefined) {
      this.#runs.set(log, seq);
      return true;
    }
    let end = seq;
    // A run that jumps far would otherwise ask for every number on its way.
    if (seq - before > cloud.size) for (const one of cloud) one <= seq && cloud.delete(one);
    else for (let one = before + 1; one <= seq; one++) cloud.delete(one);
    while (cloud.delete(end + 1)) end++;
    if (cloud.size === 0) this.#cloud.delete(log);
    this.#runs.set(log, end);
    return true;
  }

  /** Joins the other context into this one. Whether anything is new. O(logs and cloud of the other). */
  merge(other: CausalContext): boolean {
    let changed = false;
    for (const [log, seq] of other.#runs) changed = this.addRun(log, seq) || changed;
    for (const [log, cloud] of other.#cloud) {
      for (const seq of cloud) changed = this.add({ log, seq }) || changed;
    }
    return changed;
  }

  clone(): CausalContext {
    const copy = new CausalContext();
    copy.merge(this);
    return copy;
  }

  /** Plain data: for each log its run and then the dots above it, ascending. */
  toJSON(): ContextJson {
    const json: Record<LogId, number[]> = Object.create(null);
    for (const log of [...this.logs()].sort()) json[log] = [this.run(log), ...this.cloud(log)];
    return json;
  }

  /** Reads `toJSON`, which may come from anywhere. Throws `invalid-dot`. */
  static fromJSON(json: ContextJson): CausalContext {
    const context = new CausalContext();
    for (const log of Object.keys(json)) {
      const list: unknown = json[log];
      if (!Array.isArray(list) || !list.every((seq) => Number.isSafeInteger(seq) && seq >= 0)) {
        throw new CrdtError("invalid-dot", "a causal context lists sequences for each log");
      }
      const [run = 0, ...cloud] = list as number[];
      context.addRun(log, run);
      for (const seq of cloud) if (seq > 0) context.add({ log, seq });
    }
    return context;
  }

  static of(dots: Iterable<Dot>): CausalContext {
    const context = new CausalContext();
    for (const dot of dots) context.add(dot);
    return context;
  }
}
