import type { LogId } from "@jarvis-crdt/crdt";

/** How urgent what a peer lacks of a log is: 0 before all else, 3 after all else. */
export type Urgency = 0 | 1 | 2 | 3;

/** Of a log of which nobody said anything. */
const usual: Urgency = 2;

/**
 * Whose turn it is of the logs that wait. Three turns of four are of the most urgent ones, in the order in which they came;
 * the fourth goes round among the urgencies, so that nothing waits for ever. O(1).
 */
export class Turns {
  readonly #rings: readonly Set<LogId>[] = [new Set(), new Set(), new Set(), new Set()];
  readonly #urgency = new Map<LogId, Urgency>();
  #taken = 0;

  /** The log waits, behind those that are as urgent. */
  add(log: LogId): void {
    this.#ringOf(log).add(log);
  }

  /** Something more is to be sent of the log: it is as urgent as the most urgent of it. */
  urge(log: LogId, urgency: Urgency): void {
    const ring = this.#ringOf(log);
    const before = this.#urgency.get(log) ?? (ring.has(log) ? usual : 3);
    this.#urgency.set(log, Math.min(before, urgency) as Urgency);
    if (ring !== this.#ringOf(log) && ring.delete(log)) this.add(log);
  }

  /** Nothing more is to be sent of the log. */
  done(log: LogId): void {
    this.#ringOf(log).delete(log);
    this.#urgency.delete(log);
  }

  /** Takes the log whose turn it is. */
  next(): LogId | undefined {
    const waiting = this.#rings.filter(({ size }) => size > 0);
    if (waiting.length === 0) return undefined;
    const round = this.#taken++;
    const ring = round % 4 === 3 ? waiting[Math.floor(round / 4) % waiting.length]! : waiting[0]!;
    const [log] = ring;
    ring.delete(log!);
    return log;
  }

  #ringOf(log: LogId): Set<LogId> {
    return this.#rings[this.#urgency.get(log) ?? usual]!;
  }
}
