import type { Logger } from "pino";

const periodMs = 60_000;
/** Lines of one code in a period. */
const most = 60;

interface Refusal {
  readonly code: string;
  readonly address: string;
  readonly reason: string | undefined;
}

/**
 * Logs refused connections. Neither somebody who is away, or never was there, nor somebody who knocks a thousand times a
 * second shall fill the log: what is more than a line a second is counted, and told with the next line of its code.
 */
export class RefusalLog {
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #codes = new Map<string, { since: number; lines: number; unlogged: number }>();

  constructor(logger: Logger, now: () => number) {
    this.#logger = logger;
    this.#now = now;
  }

  note(refusal: Refusal, repeated: boolean): void {
    const message = "a connection was refused";
    if (repeated) {
      this.#logger.debug(refusal, message);
      return;
    }
    const now = this.#now();
    const known = this.#codes.get(refusal.code) ?? { since: now, lines: 0, unlogged: 0 };
    this.#codes.set(refusal.code, known);
    if (Math.abs(now - known.since) >= periodMs) Object.assign(known, { since: now, lines: 0 });
    if (known.lines === most) {
      known.unlogged++;
      return;
    }
    known.lines++;
    const { unlogged } = known;
    known.unlogged = 0;
    this.#logger.warn(unlogged === 0 ? refusal : { ...refusal, unlogged }, message);
  }
}
