const windowMs = 60_000;
const slots = 60;
const slotMs = windowMs / slots;

/** How many activities there were within the last minute, to the second; sixty numbers, whatever happens. */
export class Activity {
  readonly #counts = new Array<number>(slots).fill(0);
  /** The second that was written last. */
  #last = 0;

  add(activities: number, now: number): void {
    this.#move(now);
    this.#counts[this.#last % slots] = (this.#counts[this.#last % slots] ?? 0) + activities;
  }

  recent(now: number): number {
    this.#move(now);
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  #move(now: number): void {
    const second = Math.floor(now / slotMs);
    // A clock that went backwards forgets nothing and counts nothing twice.
    for (let i = Math.min(slots, second - this.#last); i > 0; i--) this.#counts[(second - i + 1) % slots] = 0;
    this.#last = Math.max(this.#last, second);
  }
}
