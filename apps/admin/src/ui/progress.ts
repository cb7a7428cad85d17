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

  constructor(sink: ProgressSink = standardError) {
    this.#sink = sink;
    this.#interval = sink.terminal ? terminalIntervalMs : pipedIntervalMs;
    this.#next = sink.now() + quietMs;
  }

  update(what: string, done: number, total: number): void {
    const now = this.#sink.now();
    if (now < this.#next) return;
    this.#next = now + this.#interval;
    const percent = total > 0 ? ` (${Math.min(100, Math.floor((done / total) * 100))} %)` : "";
    const text = `${what}: ${done} of ${total}${percent}`;
    this.#sink.write(this.#sink.terminal ? `\r\u001b[K${text}` : `${text}\n`);
    this.#shown = true;
  }

  /** Clears the line, so that the result stands alone. */
  end(): void {
    if (this.#shown && this.#sink.terminal) this.#sink.write("\r\u001b[K");
  }
}
