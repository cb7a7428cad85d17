/** The passing of time, as an argument, so that tests need not wait for it. */
export interface Timers {
  /** Milliseconds from some origin; never goes back. */
  now(): number;
  /** Calls `run` once in `ms` milliseconds unless cancelled. Returns how to cancel. */
  after(ms: number, run: () => void): () => void;
}

export const systemTimers: Timers = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
