import type { Timer } from "./archive/archive-loop.ts";
import type { StateFile } from "./state/state-file.ts";

/** When a log that somebody reads is looked at again, in ms. */
const againMs = 1_000;

/** When upkeep begins, and who is told where it fails. */
export interface UpkeepOptions {
  /** How long nothing must have changed before upkeep begins, in ms. */
  readonly quietMs?: number;
  readonly timer?: Timer;
  /** It will be tried again after the next change. */
  readonly onError?: (error: unknown) => void;
}

/** What upkeep needs of a state file. */
export type UpkeepSubject = Pick<StateFile, "subscribe" | "stepDigest" | "rest"> & {
  readonly archive: Pick<StateFile["archive"], "hasWork">;
};

/**
 * Does while nobody waits what somebody would wait for later: takes changes into the digest, step by step, and then
 * moves the write-ahead log into the file, unless the archive still waits for something. Gives way to every change.
 */
export class Upkeep {
  readonly #state: UpkeepSubject;
  readonly #quietMs: number;
  readonly #timer: Timer;
  readonly #onError: ((error: unknown) => void) | undefined;
  readonly #unsubscribe: () => void;
  #cancel: (() => void) | undefined;

  constructor(state: UpkeepSubject, options: UpkeepOptions = {}) {
    this.#state = state;
    this.#quietMs = options.quietMs ?? 50;
    this.#timer = options.timer ?? systemTimer;
    this.#onError = options.onError;
    this.#unsubscribe = state.subscribe(() => this.#schedule(this.#quietMs));
    this.#schedule(this.#quietMs);
  }

  stop(): void {
    this.#unsubscribe();
    this.#cancel?.();
  }

  #schedule(ms: number): void {
    this.#cancel?.();
    this.#cancel = this.#timer(() => this.#step(), ms);
  }

  #step(): void {
    this.#cancel = undefined;
    try {
      if (this.#state.stepDigest() === undefined) this.#schedule(0);
      else if (this.#state.archive.hasWork()) this.#schedule(this.#quietMs);
      else if (this.#state.rest()) this.#schedule(againMs);
    } catch (error) {
      this.#onError?.(error);
    }
  }
}

function systemTimer(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}
