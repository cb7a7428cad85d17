/** What was exchanged with a peer from the first difference until both had the same. */
export interface Round {
  /** Unix milliseconds of its beginning. */
  readonly at: number;
  readonly ms: number;
  /** Operations. */
  readonly sent: number;
  readonly received: number;
}

interface Counters {
  readonly sent: number;
  readonly received: number;
}

/** Rounds that follow each other faster are told as one. Milliseconds. */
const atMostEvery = 60_000;

/**
 * Divides what a session exchanges into rounds: the first when both sides have what the other had at the beginning, then
 * one for each time there was something and is no more, at most one a minute, and what is left when it ends.
 */
export class Rounds {
  #from: Counters = { sent: 0, received: 0 };
  #last: Counters = { sent: 0, received: 0 };
  #at: number | undefined;
  #settledAt: number | undefined;
  #toldAt: number | undefined;

  constructor(now: number) {
    this.#at = now;
  }

  /** `settled`: neither side lacks anything of the other. */
  observe(counters: Counters, settled: boolean, now: number): Round | undefined {
    const moved = counters.sent > this.#last.sent || counters.received > this.#last.received;
    this.#last = counters;
    if (moved || !settled) this.#at ??= now;
    if (this.#at === undefined) return undefined;
    if (!settled) this.#settledAt = undefined;
    else if (moved || this.#settledAt === undefined) this.#settledAt = now;
    if (this.#settledAt === undefined) return undefined;
    if (this.#toldAt !== undefined && now - this.#toldAt < atMostEvery) return undefined;
    return this.#tell(now);
  }

  /** What was exchanged since the last round, if anything was. */
  end(now: number): Round | undefined {
    const { sent, received } = this.#last;
    if (this.#at === undefined || (sent === this.#from.sent && received === this.#from.received))
      return undefined;
    return this.#tell(now);
  }

  #tell(now: number): Round {
    const at = this.#at ?? now;
    const round = {
      at,
      ms: (this.#settledAt ?? now) - at,
      sent: this.#last.sent - this.#from.sent,
      received: this.#last.received - this.#from.received,
    };
    this.#from = this.#last;
    this.#at = undefined;
    this.#settledAt = undefined;
    this.#toldAt = now;
    return round;
  }
}
