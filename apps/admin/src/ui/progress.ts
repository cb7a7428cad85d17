/** Where progress goes, and how long ago something began. */
export interface ProgressSink {
  readonly terminal: boolean;
  write(text: string): void;
  /** Milliseconds of a monotonic clock. */
  now(): number;
}

const standardError: ProgressSink = {
  terminal: process.stderr.isTTY === true,
  write: (text) => void process.stderr.write(text),
  now: () => performance.now(),
};

const quietMs = 1000;
const terminalIntervalMs = 100;
const pipedIntervalMs = 5000;

/** Tells on standard error how far something is, once it has taken a second. Call `update` as often as you like. */
export class Progress {
  readonly #sink: ProgressSink;
  readonly #interval: number;
  #next: number;
  #shown = false;
  /** What is being told of, and where it began. */
  #from = { what: "", at: 0, done: 0 };

  constructor(sink: ProgressSink = standardError) {
    this.#sink = sink;
    this.#interval = sink.terminal ? terminalIntervalMs : pipedIntervalMs;
    this.#next = sink.now() + quietMs;
  }

  update(what: string, done: number, total: number): void {
    const now = this.#sink.now();
    if (what !== this.#from.what) this.#from = { what, at: now, done };
    if (now < this.#next) return;
    this.#next = now + this.#interval;
    const percent = total > 0 ? ` (${Math.min(100, Math.floor((done / total) * 100))} %)` : "";
    const text = `${what}: ${done} of ${total}${percent}${this.#pace(now, done, total)}`;
    this.#sink.write(this.#sink.terminal ? `\r\u001b[K${text}` : `${text}\n`);
    this.#shown = true;
  }

  /** How fast it goes, and how long it will take at that rate. */
  #pace(now: number, done: number, total: number): string {
    const seconds = (now - this.#from.at) / 1000;
    const rate = (done - this.#from.done) / seconds;
    if (seconds < 1 || rate <= 0) return "";
    return `, ${Math.round(rate)}/s, ${duration(Math.max(0, total - done) / rate)} left`;
  }

  /** Clears the line, so that the result stands alone. */
  end(): void {
    if (this.#shown && this.#sink.terminal) this.#sink.write("\r\u001b[K");
  }
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
