import { decodeHeader, type Envelope } from "@jarvis-crdt/batch";
import type { Frontier, LogId, NodeId } from "@jarvis-crdt/crdt";
import { problemOf } from "./error.ts";
import { HeldLogs, isContradiction, isHolding } from "./held-logs.ts";
import type { Inbox, Outcome } from "./inbox.ts";
import type { HeldLog } from "./peer-report.ts";

export interface DeliveriesOptions {
  readonly inbox: Pick<Inbox, "accept">;
  /** Who sends the batches. */
  readonly peer: NodeId;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** A batch is stored, or refused: the peer may send as much again. */
  readonly onConsumed: (envelope: Envelope) => void;
  /** Nothing more of the log can be taken from this peer for now. */
  readonly onRefused: (log: LogId) => void;
  /** The log goes on differently here. */
  readonly onContradicted: (log: LogId) => void;
  /** A hollow batch waits for another member's word. */
  readonly onUnvouched: (envelope: Envelope) => void;
  readonly onProblem: (code: string, message: string) => void;
}

/** Gives the batches of one peer to the inbox, and remembers of which logs something could not be taken yet. */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #held = new HeldLogs();

  constructor(options: DeliveriesOptions) {
    this.#options = options;
  }

  get held(): readonly HeldLog[] {
    return this.#held.list;
  }

  /** Logs of which something is held because it contradicts what is stored. */
  get contradicted(): readonly LogId[] {
    return this.held.filter(({ code }) => isContradiction(code)).map(({ log }) => log);
  }

  /** Resolves when the next batch may come. Rejects where the peer is to blame. */
  async deliver(envelope: Envelope): Promise<void> {
    const { inbox, peer, onUnvouched, onProblem } = this.#options;
    const { log } = decodeHeader(envelope.header);
    try {
      await inbox.accept(envelope, peer, (outcome) => this.#released(envelope, log, outcome));
    } catch (error) {
      if (!isHolding(error)) throw error;
      const { code, message } = problemOf(error);
      if (code === "unvouched") onUnvouched(envelope);
      // It is nobody's fault: whoever could vouch may be away.
      else onProblem(code, `${log}: ${message}`);
      this.#refused(envelope, log, code, message);
    }
  }

  advanced(entries: Frontier): void {
    this.#held.advanced(entries);
  }

  /** Whether the log is to be asked for again, now that another member has vouched for what of it was hollow. */
  takeVouched(log: LogId): boolean {
    return this.#held.isHeld(log, "unvouched") && this.#held.takeOne(log);
  }

  /** The logs to ask for again; `elsewhere`: whether others offer a log. */
  takeToAsk(elsewhere: (log: LogId) => boolean): readonly LogId[] {
    return this.#held.takeToAsk(elsewhere);
  }

  #released(envelope: Envelope, log: LogId, outcome: Outcome): void {
    if (outcome === "refused") this.#refused(envelope, log, "refused", "the store refused a batch");
    else this.#options.onConsumed(envelope);
  }

  #refused(envelope: Envelope, log: LogId, code: string, message: string): void {
    const { now, onConsumed, onRefused, onContradicted } = this.#options;
    if (isContradiction(code)) onContradicted(log);
    this.#held.refused(envelope, code, message, now());
    onConsumed(envelope);
    onRefused(log);
  }
}
