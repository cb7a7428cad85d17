interface Mark {
  readonly total: number;
  readonly at: number;
}

const mostMarks = 256;

/**
 * How long the oldest of the operations has waited that a peer lacks, seen from how many they are: what came first is
 * taken to be acknowledged first. Bounded: where much waits for long, later times are told as somewhat earlier.
 */
export class LagClock {
  #marks: Mark[] = [];
  /** Operations that ever waited, and those of them that wait no more. */
  #grown = 0;
  #lag = 0;

  get operations(): number {
    return this.#lag;
  }

  /** So many wait now. */
  observe(operations: number, now: number): void {
    if (operations > this.#lag) {
      this.#grown += operations - this.#lag;
      const last = this.#marks.at(-1);
      if (last !== undefined && this.#marks.length >= mostMarks)
        this.#marks[this.#marks.length - 1] = { total: this.#grown, at: last.at };
      else this.#marks.push({ total: this.#grown, at: now });
    }
    this.#lag = operations;
    const gone = this.#grown - this.#lag;
    this.#marks.splice(0, this.#marks.filter(({ total }) => total <= gone).length);
  }

  /** Age of the oldest that waits, in seconds; 0 where none does. */
  seconds(now: number): number {
    const oldest = this.#marks[0];
    return oldest === undefined ? 0 : Math.max(0, now - oldest.at) / 1000;
  }
}
