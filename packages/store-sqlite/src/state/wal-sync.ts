import { type FileHandle, open } from "node:fs/promises";

/** Calls back once after `ms`; returns how to have it at once. */
export type Rest = (callback: () => void, ms: number) => () => void;

/**
 * Makes what is in the write-ahead log durable while its thread goes on: one fsync takes as long as thousands of
 * operations. Calls that come during one share the next, and so do those that come before one that may wait.
 */
export class WalSync {
  readonly #path: string;
  readonly #rest: Rest;
  #file: FileHandle | undefined;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  /** The shortest pause that anybody wants before the next. */
  #nextRestMs = 0;
  /** When the last fsync ended, in ms. */
  #endedAt = Number.NEGATIVE_INFINITY;
  /** Ends the pause before an fsync; undefined while there is none. */
  #hurry: (() => void) | undefined;
  /** What failed once may have lost pages that the system now takes for written. */
  #failure: unknown;

  constructor(database: string, rest: Rest = systemRest) {
    this.#path = `${database}-wal`;
    this.#rest = rest;
  }

  /** Why it was given up; undefined while it was not. */
  get failure(): unknown {
    return this.#failure;
  }

  /**
   * Resolves once everything that was committed before this call survives a loss of power. `restMs`: how long after the
   * last fsync the disk may be left to others first.
   */
  sync(restMs = 0): Promise<void> {
    if (restMs === 0) this.#hurry?.();
    if (this.#running === undefined) {
      this.#running = this.#restThenSync(restMs).finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    if (this.#hurry !== undefined) return this.#running;
    this.#nextRestMs = this.#next === undefined ? restMs : Math.min(this.#nextRestMs, restMs);
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.sync(this.#nextRestMs);
      });
    return this.#next;
  }

  async close(): Promise<void> {
    this.#hurry?.();
    await this.#running?.catch(() => undefined);
    await this.#file?.close();
  }

  async #restThenSync(restMs: number): Promise<void> {
    const ms = this.#endedAt + restMs - performance.now();
    if (ms > 0) {
      await new Promise<void>((resolve) => {
        this.#hurry = this.#rest(resolve, ms);
      });
      this.#hurry = undefined;
    }
    await this.#sync();
    this.#endedAt = performance.now();
  }

  async #sync(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      this.#file ??= await open(this.#path, "r+");
      await this.#file.sync();
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }
}

function systemRest(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, ms);
  return () => {
    clearTimeout(timer);
    callback();
  };
}
