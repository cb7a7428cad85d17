import { CrdtError } from "./error.ts";

/**
 * A hybrid logical clock value (Kulkarni et al. 2014): 41 bits of milliseconds since 2020 and a 12-bit counter in one
 * safe integer, so that values compare as numbers. The counter carries into the milliseconds.
 */
export type Hlc = number;

/** 2020-01-01T00:00:00Z. 41 bits of milliseconds from here last until 2089. */
export const hlcEpoch = 1_577_836_800_000;
const counterRange = 4096;

/** Stamps further ahead of a clock than this are not taken by it. Milliseconds. */
export const driftBound = 60_000;

/** The first HLC of a millisecond of Unix time; times before the epoch give 1, the smallest stamp. */
export function hlcAt(unixMs: number): Hlc {
  return Math.max(1, (Math.floor(unixMs) - hlcEpoch) * counterRange);
}

/** Unix milliseconds of an HLC. */
export function hlcTime(hlc: Hlc): number {
  return Math.floor(hlc / counterRange) + hlcEpoch;
}

/** Whether a stamp lies further ahead of another than clocks may differ. */
export function isBeyondDrift(stamp: Hlc, of: Hlc): boolean {
  return stamp - of > driftBound * counterRange;
}

/** The latest stamp of which this one lies further ahead than clocks may differ. */
export function lastBeyondDrift(stamp: Hlc): Hlc {
  return stamp - driftBound * counterRange - 1;
}

/** Issues strictly increasing HLC values. `now` gives Unix milliseconds and is an argument. */
export class HybridClock {
  readonly #now: () => number;
  #last: Hlc;

  constructor(now: () => number, last: Hlc = 0) {
    this.#now = now;
    this.#last = last;
  }

  /** The greatest value issued or observed. */
  get last(): Hlc {
    return this.#last;
  }

  /** A stamp for something that happens now. */
  tick(): Hlc {
    return this.stamp(this.#now());
  }

  /**
   * A stamp for something that happened at `unixMs`, which may lie in the past but never in the future. Throws
   * `overflow` where there is no greater stamp, or no time.
   */
  stamp(unixMs: number): Hlc {
    const stamp = Math.max(this.#last + 1, hlcAt(Math.min(unixMs, this.#now())));
    if (!Number.isSafeInteger(stamp)) throw new CrdtError("overflow", "the hybrid clock is exhausted");
    this.#last = stamp;
    return stamp;
  }

  /**
   * Forgets what was issued beyond `unixMs`. Only for whoever declares that what bears such stamps counts no more: stamps
   * increase from there on.
   */
  turnBack(unixMs: number): void {
    this.#last = Math.min(this.#last, hlcAt(unixMs));
  }

  /** Takes notice of a remote stamp, so that later stamps exceed it. The caller has checked the drift bound. */
  observe(remote: Hlc): void {
    if (!Number.isSafeInteger(remote) || remote < 0) throw new CrdtError("invalid-value", "not an HLC");
    if (remote > this.#last) this.#last = remote;
  }
}
