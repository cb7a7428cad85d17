import type { ArchiveFile } from "./archive-file.ts";
import type { Exchange } from "./exchange.ts";
import { FairShare } from "./fair-share.ts";
import type { Watch } from "./file-watch.ts";
import { Lull, lullMs } from "./lull.ts";

/** Calls back once after `ms`; returns how to call it off. */
export type Timer = (callback: () => void, ms: number) => () => void;

/** How often an archive is looked at, in ms, and who is told what that found. */
export interface LoopOptions {
  /** How often the file is looked at while nothing happens, in ms. */
  readonly idleMs?: number;
  /** The same after a time of rest, where a watch tells of writes: it may miss one. */
  readonly calmMs?: number;
  /** Pause before a locked file is tried again, in ms. */
  readonly pauseMs?: number;
  /** Pause after an error, such as a full disk or a file that cannot be used, in ms. */
  readonly errorMs?: number;
  /** How long nothing must have happened before the file may rest, in ms. */
  readonly restMs?: number;
  readonly timer?: Timer;
  /** Tells sooner than the next look that the file was written; none, unless given. */
  readonly watch?: (written: () => void) => Watch;
  /** Milliseconds of a clock that never goes back. */
  readonly clock?: () => number;
  readonly onExchange?: (exchange: Exchange) => void;
  /** The loop goes on after every error. */
  readonly onError?: (error: unknown) => void;
}

/** The archive as the loop needs it. */
export interface LoopedFile extends Pick<ArchiveFile, "exchange" | "capture" | "look" | "rest"> {
  /** Another number whenever another program has written the file; undefined while there is none. */
  version(): number | undefined;
}

/** Between two captures while another writer has his turn, in ms: at least, and in times of what the last one took. */
const leastMs = 200;
const times = 4;
/** Least time between two looks at how far another writer has come, in ms. */
const lookMs = 50;

const defaults = {
  idleMs: 10,
  calmMs: 100,
  pauseMs: 10,
  errorMs: 1_000,
  restMs: 1_000,
};

/** Of a write that was noticed before it is committed the end is looked for after so many ms, then twice as many, …. */
const soonMs = 1;

/** Keeps an archive and its state together: looks for changes in both, and exchanges them. */
export class ArchiveLoop {
  readonly #file: LoopedFile;
  readonly #options: LoopOptions & typeof defaults;
  readonly #timer: Timer;
  #cancel: (() => void) | undefined;
  /** The file is left to another writer: what comes meanwhile waits, so that one run does for all of it. */
  #giving = false;
  /** Until then he has his turn, and what he writes is only read. */
  #turnEnds = 0;
  /** Not before then is it read again. */
  #captureAt = 0;
  /** Not before then is it looked how far he has come. */
  #lookAt = 0;
  /** The next look after a write was noticed, in ms; as usual where that is less. */
  #soon = Number.POSITIVE_INFINITY;
  /** Nothing has happened since the last look but what the watch tells. */
  #isWatching = false;
  readonly #watch: Watch | undefined;
  readonly #share = new FairShare();
  readonly #lull = new Lull();
  readonly #clock: () => number;
  /** For how long nothing has happened, in ms. */
  #idle = 0;
  #state: "new" | "running" | "stopped" = "new";
  #waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];

  constructor(file: LoopedFile, options: LoopOptions = {}) {
    this.#file = file;
    this.#options = { ...defaults, ...options };
    this.#timer = options.timer ?? systemTimer;
    this.#clock = options.clock ?? (() => performance.now());
    this.#watch = options.watch?.(() => this.#written());
  }

  start(): void {
    if (this.#state !== "new") return;
    this.#state = "running";
    this.#schedule(0);
  }

  /** There is something to do: run at once, not at the next look, unless another writer has his turn. */
  wake(): void {
    if (this.#state === "running" && !this.#giving) this.#schedule(0);
  }

  /** Resolves once outbox and worklist are empty; rejects when the loop is stopped before. */
  drain(): Promise<void> {
    if (this.#state === "stopped") return Promise.reject(stopped());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.wake();
    });
  }

  /** No run begins after this returns; a run is never interrupted. */
  stop(): void {
    if (this.#state === "stopped") return;
    this.#state = "stopped";
    this.#watch?.disarm();
    this.#cancel?.();
    this.#cancel = undefined;
    this.#settle(({ reject }) => reject(stopped()));
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  #schedule(ms: number): void {
    this.#cancel?.();
    this.#cancel = this.#timer(() => this.#tick(), ms);
  }

  /** The file is being written, or was. What was written before the last look, perhaps by us, has been seen. */
  #written(): void {
    if (this.#state !== "running" || !this.#isWatching) return;
    this.#isWatching = false;
    this.#watch?.disarm();
    this.#soon = soonMs;
    this.#schedule(this.#pause(this.#options.idleMs));
  }

  /** Until the next look, where it would be after `usual` ms. */
  #pause(usual: number): number {
    const ms = this.#soon;
    this.#soon = ms * 2;
    return Math.min(usual, ms);
  }

  #tick(): void {
    this.#cancel = undefined;
    if (this.#state !== "running") return;
    this.#giving = false;
    this.#isWatching = false;
    const { idleMs, calmMs, restMs, errorMs } = this.#options;
    let pause: number;
    try {
      const now = this.#clock();
      const version = this.#file.version();
      if (!this.#lull.isThere(version, now)) {
        this.#giving = true;
        if (!this.#lull.isFirst) this.#watch?.disarm();
        if (this.#lull.isFirst && !Number.isNaN(version)) this.#captureFirst();
        else this.#look(now);
        this.#schedule(this.#lull.isFirst ? this.#pause(lullMs) : lullMs);
        return;
      }
      const isHis = now < this.#turnEnds && this.#waiting.length === 0;
      const exchange = isHis ? this.#capture(now) : this.#file.exchange();
      if (exchange.outcome === "busy") this.#lull.wasMissed();
      if (exchange.outcome === "done") this.#lull.wasUsed(this.#file.version());
      pause = this.#pauseAfter(exchange);
      this.#giving = isHis || (exchange.outcome !== "idle" && pause > 0);
      if (exchange.outcome === "idle" && !isHis) {
        pause = this.#pause(pause);
        this.#isWatching = pause === idleMs;
        const isWatched = this.#isWatching && this.#watch?.arm() === true;
        if (isWatched && this.#idle >= restMs) pause = calmMs;
      }
      const isDone = exchange.outcome === "idle" || (exchange.outcome === "done" && !exchange.more);
      if (isDone && !isHis) this.#settle(({ resolve }) => resolve());
      this.#rest(exchange.outcome === "idle" ? pause : undefined);
      this.#options.onExchange?.(exchange);
    } catch (error) {
      this.#options.onError?.(error);
      pause = errorMs;
    }
    if (this.#state === "running" && this.#cancel === undefined) this.#schedule(pause);
  }

  #pauseAfter(exchange: Exchange): number {
    if (exchange.outcome === "idle") return this.#options.idleMs;
    if (exchange.outcome !== "done") return this.#options.pauseMs;
    const now = this.#clock();
    const pause = this.#share.pauseAfter(exchange.lockedMs, exchange.otherWriter, now, exchange.more);
    this.#turnEnds = now + pause;
    return Math.min(pause, this.#options.pauseMs);
  }

  /** Reads what was written after a time of calm, which takes no lock; whatever needs one waits for a lull. */
  #captureFirst(): void {
    const exchange = this.#file.capture();
    if (exchange.outcome === "busy") return;
    this.#lull.wasRead();
    if (exchange.outcome !== "captured") return;
    this.#captureAt = this.#clock() + Math.max(leastMs, exchange.ms * times);
    this.#options.onExchange?.(exchange);
  }

  /** Reads what he writes, now and then: each time costs him a moment of the disk. */
  #capture(now: number): Exchange {
    if (now < this.#captureAt) {
      this.#look(now);
      return { outcome: "idle" };
    }
    const exchange = this.#file.capture();
    if (exchange.outcome === "captured")
      this.#captureAt = this.#clock() + Math.max(leastMs, exchange.ms * times);
    return exchange;
  }

  /** Where what he writes can be cut is seen while he writes. */
  #look(now: number): void {
    if (now < this.#lookAt) return;
    this.#lookAt = now + lookMs;
    this.#file.look();
  }

  #rest(idleMs: number | undefined): void {
    const before = this.#idle;
    this.#idle = idleMs === undefined ? 0 : before + idleMs;
    const { restMs } = this.#options;
    if (Math.floor(before / restMs) < Math.floor(this.#idle / restMs)) this.#file.rest();
  }

  #settle(settle: (waiting: { resolve: () => void; reject: (error: unknown) => void }) => void): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const one of waiting) settle(one);
  }
}

function stopped(): Error {
  return new Error("the archive loop is stopped");
}

function systemTimer(callback: () => void, ms: number): () => void {
  if (ms === 0) {
    // A timer takes a millisecond at least.
    const immediate = setImmediate(callback);
    return () => clearImmediate(immediate);
  }
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}
