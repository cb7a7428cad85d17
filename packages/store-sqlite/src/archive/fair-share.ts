import type { OtherWriter } from "./exchange.ts";

interface Terms {
  /** While somebody else writes the file, it is his for so many times as long as it was ours. */
  readonly times: Readonly<Record<OtherWriter, number>>;
  /** Longest pause, in ms: on a slow disk ours takes long, and what others wrote is to be seen. */
  readonly longest: Readonly<Record<OtherWriter, number>>;
}

/**
 * When all is shown for now: the longer the pause, the more comes into one run, and the less of him waits for us. Who has not
 * written since the last run hardly waits, and whoever writes through the node does.
 */
const usual: Terms = {
  times: { none: 1, lately: 1, now: 48 },
  longest: { none: 0, lately: 100, now: 2_000 },
};
/** When there is more to show than a run can. */
const catchingUp: Terms = {
  times: { none: 4, lately: 4, now: 4 },
  longest: { none: 0, lately: 100, now: 500 },
};
/** What we may hold the file for at once without having left it before, in ms: he would not notice. */
const saved = 60;
/** Least pause between two runs, in ms. */
const least: Readonly<Record<OtherWriter, number>> = { none: 0, lately: 0, now: 10 };
/**
 * A program that finds the file locked looks again after 100 ms at most, for five seconds in all: only a pause that is
 * longer than that lets it in for certain. Whether it waits cannot be seen. Where the file is free for half of the time it
 * gets in by one of its fifty looks.
 */
const door = { ms: 110, everyMs: 2_000, share: 0.5 };

/**
 * How long the file is left to another writer after a run of ours. Time in which we do not hold it is saved, up to a
 * bound, so that a write now and then is seen at once, and only who writes all the time is kept out of our way.
 */
export class FairShare {
  /** Milliseconds that we may still hold the file; below zero we owe. */
  #saved = saved;
  #at: number | undefined;
  /** Since when the file was not free for long enough. */
  #shutSince: number | undefined;
  /** For how long it was ours since then, in ms. */
  #shut = 0;

  /**
   * After a run that held the lock, and left `more` to do or not; `now` in ms, of a clock that never goes back. Returns
   * milliseconds.
   */
  pauseAfter(lockedMs: number, otherWriter: OtherWriter, now: number, more = false): number {
    const pause = this.#owed(lockedMs, otherWriter, now, more ? catchingUp : usual);
    this.#at = now;
    this.#shut += lockedMs;
    const age = now - this.#shutSince!;
    if (age < door.everyMs) return pause;
    if (this.#shut > age * door.share) return Math.max(pause, door.ms);
    this.#shutSince = now;
    this.#shut = 0;
    return pause;
  }

  #owed(lockedMs: number, otherWriter: OtherWriter, now: number, terms: Terms): number {
    const [times, longest] = [terms.times[otherWriter], terms.longest[otherWriter]];
    const since = now - (this.#at ?? now);
    if (this.#shutSince === undefined || since - lockedMs >= door.ms) {
      this.#shutSince = now - lockedMs;
      this.#shut = 0;
    }
    this.#saved = Math.min(saved, this.#saved + Math.max(0, since - lockedMs) / times);
    if (otherWriter === "none") return 0;
    this.#saved -= lockedMs;
    const pause = Math.min(longest, Math.max(least[otherWriter], -this.#saved * times));
    // What is not repaid is forgiven.
    this.#saved = Math.max(this.#saved, -longest / times);
    return pause;
  }
}
