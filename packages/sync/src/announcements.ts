import { type LogId, type NodeId, nodeOf } from "@jarvis-crdt/crdt";
import type { Knowledge } from "./knowledge.ts";
import type { LogEntry } from "./message.ts";
import type { Outbound } from "./outbound.ts";

/**
 * What the peer hears of logs that grew here: it is sent them, or it is told in an acknowledgement, at once or when what
 * was held back is released. A log that comes to it as batches need not be told, as it will say itself that it has it.
 */
export class Announcements {
  readonly #node: NodeId;
  readonly #knowledge: Knowledge;
  readonly #outbound: Outbound;
  /** How far we have told the peer that we have a log, where that is further than at the beginning. */
  readonly #told = new Map<LogId, number>();
  readonly #due = new Set<LogId>();
  /** Logs that grew and of which the peer was told nothing, because it gets their batches or because it is not time. */
  readonly #untold = new Set<LogId>();
  /** Logs that grew and are neither pushed nor told before `release`. */
  readonly #heldBack = new Set<LogId>();

  constructor(node: NodeId, knowledge: Knowledge, outbound: Outbound) {
    this.#node = node;
    this.#knowledge = knowledge;
    this.#outbound = outbound;
  }

  /** Our frontier of the log grew. */
  grew(log: LogId, hold: boolean): void {
    this.#untold.add(log);
    if (this.#knowledge.theirSeq(log) >= this.#knowledge.mineSeq(log)) this.#due.add(log);
    else if (hold) this.#heldBack.add(log);
    else this.#show(log);
  }

  /** Pushes and tells what was held back. */
  release(): void {
    for (const log of this.#heldBack) this.#show(log);
    this.#heldBack.clear();
  }

  /** Everything of which the peer was told nothing is to be told. */
  tellAll(): void {
    this.release();
    for (const log of this.#untold) this.#due.add(log);
  }

  /** The peer sent what is here already: it does not know that it is. */
  repeated(log: LogId): void {
    if (this.#toldSeq(log) < this.#knowledge.mineSeq(log)) this.#due.add(log);
  }

  /** The peer said what it has. */
  acknowledged(log: LogId): void {
    const mine = this.#knowledge.mineSeq(log);
    if (!this.#untold.has(log) || this.#knowledge.theirSeq(log) < mine) return;
    // Somebody else brought it what we were to push, so it does not know that we have it.
    if (this.#outbound.sentThrough(log) < mine) this.#due.add(log);
    else this.#untold.delete(log);
  }

  /** The peer gets the log elsewhere: from now on it is told of it. */
  quieted(log: LogId): void {
    if (this.#untold.has(log) && !this.#heldBack.has(log)) this.#due.add(log);
  }

  /** What to acknowledge now; each sequence once. */
  take(): LogEntry[] {
    const entries: LogEntry[] = [];
    for (const log of this.#due) {
      const entry = this.#knowledge.mine(log);
      if (entry === undefined || entry.seq <= this.#toldSeq(log)) continue;
      this.#told.set(log, entry.seq);
      this.#untold.delete(log);
      entries.push({ log, seq: entry.seq, batch: entry.batch });
    }
    this.#due.clear();
    return entries;
  }

  /** Pushes the log, or tells of it where the peer does not want it. */
  #show(log: LogId): void {
    this.#outbound.wake(log);
    // What is pushed arrives as batches; of another's log the peer may be about to send us what we have.
    if (nodeOf(log) !== this.#node || !this.#outbound.isOpen(log)) this.#due.add(log);
  }

  /** What a comparison tells is what we had when the session began. */
  #toldSeq(log: LogId): number {
    return this.#told.get(log) ?? this.#knowledge.baseSeq(log);
  }
}
