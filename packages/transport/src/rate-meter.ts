/** How fast something flows, as a mean that forgets exponentially. Times are milliseconds of one clock. O(1). */
export class RateMeter {
  readonly #meanMs: number;
  #at: number;
  /** Per millisecond, at `#at`. */
  #rate = 0;

  /** `meanMs` is after which time a flow that ended shows 1/e of its rate. */
  constructor(now: number, meanMs = 5000) {
    this.#at = now;
    this.#meanMs = meanMs;
  }

  add(amount: number, now: number): void {
    this.#fade(now);
    this.#rate += amount / this.#meanMs;
  }

  perSecond(now: number): number {
    this.#fade(now);
    return this.#rate * 1000;
  }

  #fade(now: number): void {
    const passed = Math.max(0, now - this.#at);
    this.#at = now;
    if (passed > 0) this.#rate *= Math.exp(-passed / this.#meanMs);
  }
}
