import { decodeHeader, type Envelope } from "@jarvis-crdt/batch";
import type { Frontier, LogId } from "@jarvis-crdt/crdt";
import { codeOf } from "./error.ts";
import type { HeldLog } from "./peer-report.ts";

/** The log goes on as it is for everybody else; a refusal of these kinds may end when something else arrives. */
const holding = new Set([
  "unknown-author",
  "outside-certificate",
  "clock-ahead",
  "forbidden",
  "gap",
  "fork",
  "bad-proof",
  "unvouched",
]);
/** Refusals that say that two histories of a log were met. */
const contradictions = new Set(["gap", "fork"]);

/** Whether an error refuses a batch in a way that may end, so that the session goes on. */
export function isHolding(error: unknown): boolean {
  return holding.has(codeOf(error));
}

export function isContradiction(code: string): boolean {
  return contradictions.has(code);
}

/** Logs of which a peer has what cannot be judged yet: up to where, and whether it was asked for them again. */
export class HeldLogs {
  readonly #held = new Map<LogId, HeldLog & { readonly asked: boolean; readonly last: number }>();

  get list(): readonly HeldLog[] {
    return [...this.#held.values()].map(({ log, code, message, since }) => ({ log, code, message, since }));
  }

  /** A batch was refused at `now`, in Unix milliseconds. */
  refused({ header }: Envelope, code: string, message: string, now: number): void {
    const { log, first, count } = decodeHeader(header);
    const before = this.#held.get(log);
    const since = before?.code === code ? before.since : now;
    this.#held.set(log, { log, code, message, since, asked: false, last: first + count - 1 });
  }

  /** Whether the log is held for this. */
  isHeld(log: LogId, code: string): boolean {
    return this.#held.get(log)?.code === code;
  }

  /** Takes note that the log is asked for again; whether it was to be. */
  takeOne(log: LogId): boolean {
    const one = this.#held.get(log);
    if (one === undefined || one.asked) return false;
    this.#held.set(log, { ...one, asked: true });
    return true;
  }

  /** Nothing of the log is held any more. */
  settled(log: LogId): void {
    this.#held.delete(log);
  }

  /** What came before what is held may be stored only now: that releases nothing. */
  advanced(entries: Frontier): void {
    for (const [log, { seq }] of entries) if (seq >= (this.#held.get(log)?.last ?? 0)) this.#held.delete(log);
  }

  /**
   * The logs to ask for again; each is given once until it is refused again. What came hollow is not asked for here as long
   * as it may come `elsewhere`.
   */
  takeToAsk(elsewhere: (log: LogId) => boolean): readonly LogId[] {
    const waits = [...this.#held.values()].filter(({ asked }) => !asked);
    const logs = waits
      .filter(({ log, code }) => code !== "unvouched" || !elsewhere(log))
      .map(({ log }) => log);
    for (const log of logs) this.#held.set(log, { ...this.#held.get(log)!, asked: true });
    return logs;
  }
}
