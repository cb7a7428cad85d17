import type { Envelope } from "@jarvis-crdt/batch";
import type { LogId } from "@jarvis-crdt/crdt";
import { SyncError } from "./error.ts";
import { type HeadingOf, lastOf } from "./heading.ts";
import type { Knowledge } from "./knowledge.ts";
import type { SessionLimits } from "./limits.ts";
import { batchCost } from "./message.ts";

/** What to do with a batch that arrived. */
export interface Arrival {
  readonly log: LogId;
  readonly verdict: "deliver" | "pass" | "fork";
}

/**
 * The receiving half of a session: batches continue their log or are passed over, and credit comes back when the
 * driver is done with them. What is delivered and not done with never exceeds the window.
 */
export class Inbound {
  readonly #knowledge: Knowledge;
  readonly #headingOf: HeadingOf;
  readonly #limits: SessionLimits;
  /** Last sequence delivered, where it exceeds our frontier. */
  readonly #delivered = new Map<LogId, number>();
  /** Logs the driver refused, and those of which it awaits the right continuation. */
  readonly #held = new Map<LogId, "refused" | "resuming">();
  /** Credit the peer still holds. */
  #remaining = 0;
  /** Credit that came free and was not granted again. */
  #freed: number;
  #operations = 0;
  #repeated = 0;

  constructor(knowledge: Knowledge, headingOf: HeadingOf, limits: SessionLimits) {
    if (limits.maxBatch > (limits.window * 3) / 4)
      throw new RangeError("a window smaller than 4/3 of the largest batch could stall");
    this.#knowledge = knowledge;
    this.#headingOf = headingOf;
    this.#limits = limits;
    this.#freed = limits.window;
  }

  /** Bytes delivered that the driver is not done with. */
  get outstanding(): number {
    return this.#limits.window - this.#remaining - this.#freed;
  }

  /** Operations in batches that came, and of those, those that were here already. */
  get operations(): number {
    return this.#operations;
  }

  get repeated(): number {
    return this.#repeated;
  }

  receive(envelope: Envelope): Arrival {
    const cost = batchCost(envelope);
    if (cost > this.#limits.maxBatch) throw new SyncError("too-large", `a batch costs ${cost} bytes`);
    if (cost > this.#remaining) throw new SyncError("credit-exceeded", "a batch exceeds the granted credit");
    const { log, first, last } = this.#read(envelope);
    const verdict = this.#judge(log, first, last);
    this.#operations += last - first + 1;
    if (verdict === "pass") this.#repeated += last - first + 1;
    this.#remaining -= cost;
    // Whatever we think of it: the peer has it.
    if (verdict !== "fork") this.#knowledge.show(log, last);
    if (verdict === "deliver") this.#delivered.set(log, last);
    else this.#freed += cost;
    return { log, verdict };
  }

  /** Our frontier of the log grew. */
  advanced(log: LogId): void {
    if ((this.#delivered.get(log) ?? 0) <= this.#knowledge.mineSeq(log)) this.#delivered.delete(log);
  }

  /** The driver is done with so many bytes that were delivered to it. */
  consumed(bytes: number): void {
    if (bytes > this.outstanding) throw new RangeError("more was consumed than delivered");
    this.#freed += bytes;
  }

  /** The driver discarded what was delivered of the log beyond our frontier, and wants no more. */
  refused(log: LogId): void {
    this.#delivered.delete(log);
    this.#held.set(log, "refused");
  }

  /** Whether the log was refused, and not asked for again. */
  isHeld(log: LogId): boolean {
    return this.#held.get(log) === "refused";
  }

  /** Whether the log was refused and is now awaited again. */
  resume(log: LogId): boolean {
    if (this.#held.get(log) !== "refused") return false;
    this.#held.set(log, "resuming");
    return true;
  }

  /** Credit to grant now, 0 while it is not worth a message. */
  grant(): number {
    if (this.#freed < this.#limits.window / 4) return 0;
    const bytes = this.#freed;
    this.#remaining += bytes;
    this.#freed = 0;
    return bytes;
  }

  #read(envelope: Envelope): { log: LogId; first: number; last: number } {
    try {
      const heading = this.#headingOf(envelope);
      return { log: heading.log, first: heading.first, last: lastOf(heading) };
    } catch (error) {
      if (error instanceof Error && "code" in error)
        throw new SyncError("malformed", "a batch header is malformed");
      throw error;
    }
  }

  #judge(log: LogId, first: number, last: number): Arrival["verdict"] {
    if (this.#knowledge.isForked(log)) return "pass";
    const held = this.#held.get(log);
    if (held === "refused") return "pass";
    const at = Math.max(this.#knowledge.mineSeq(log), this.#delivered.get(log) ?? 0);
    if (last <= at) return "pass";
    if (first <= at) return "fork";
    if (first === at + 1) {
      this.#held.delete(log);
      return "deliver";
    }
    if (held === "resuming") return "pass";
    throw new SyncError("out-of-order", `a batch begins at ${first}, where ${at + 1} is next`);
  }
}
