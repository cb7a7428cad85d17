import type { Timers } from "../timers.ts";

/** Time that passes when the test says so. */
export class ManualTimers implements Timers {
  #now = 0;
  #waiting: { at: number; run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#waiting.push(timer);
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== timer);
    };
  }

  /** How long until each pending timer, soonest first. */
  get pending(): readonly number[] {
    return this.#waiting.map(({ at }) => at - this.#now).sort((a, b) => a - b);
  }

  /** Time passes and nothing is run, as in a process that is stopped. */
  stall(ms: number): void {
    this.#now += ms;
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#waiting.reduce<{ at: number; run: () => void } | undefined>(
        (soonest, timer) =>
          timer.at <= end && (soonest === undefined || timer.at < soonest.at) ? timer : soonest,
        undefined,
      );
      if (next === undefined) break;
      this.#waiting = this.#waiting.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
    this.#now = end;
  }
}
