import { type Hlc, type HybridClock, hlcAt, isBeyondDrift, type Stamp } from "@jarvis-crdt/crdt";

export interface AnewStampsOptions {
  readonly clock: HybridClock;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** No stamp of this node lies before this. */
  readonly earliest: Hlc;
}

/**
 * What the stamps of a branch become where it is minted anew: they stay as they are, unless a clock that was ahead gave them.
 * These become now, in their order. To be asked in the order of the log.
 */
export class AnewStamps {
  readonly #options: AnewStampsOptions;
  #before: Hlc | undefined;
  #last: Hlc;

  constructor(options: AnewStampsOptions) {
    this.#options = options;
    this.#last = options.earliest;
  }

  of(stamp: Hlc): Hlc {
    const { clock, now } = this.#options;
    if (stamp === this.#before) return this.#last;
    this.#before = stamp;
    const isAhead = isBeyondDrift(stamp, hlcAt(now()));
    this.#last = isAhead ? clock.tick() : Math.max(stamp, this.#last);
    clock.observe(this.#last);
    return this.#last;
  }

  ofOperation(stamp: Stamp): Stamp {
    return stamp === "base" ? stamp : this.of(stamp);
  }
}
