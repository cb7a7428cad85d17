import type { Envelope } from "@jarvis-crdt/batch";
import type { LogId, NodeId } from "@jarvis-crdt/crdt";
import type { Action } from "./action.ts";
import { SyncError } from "./error.ts";
import { type HeadingOf, lastOf } from "./heading.ts";
import type { Knowledge } from "./knowledge.ts";
import { messageLimits, type SessionLimits } from "./limits.ts";
import { batchCost } from "./message.ts";
import { Turns, type Urgency } from "./turns.ts";

/** A driver's answer to a load. Attachments may repeat: each crosses the session once. */
export interface Loaded {
  readonly envelopes: readonly Envelope[];
  readonly certificates: readonly { readonly node: NodeId; readonly der: Uint8Array }[];
  readonly schemas: readonly { readonly id: Uint8Array; readonly bytes: Uint8Array }[];
}

type Step =
  | { readonly kind: "attachment"; readonly action: Action }
  | {
      readonly kind: "batch";
      readonly log: LogId;
      readonly last: number;
      readonly operations: number;
      readonly cost: number;
      readonly action: Action;
    };

/**
 * The sending half of a session: of every log what the peer lacks, in log order, logs taking turns by bytes (deficit
 * round robin, Shreedhar & Varghese 1995) and by urgency, never more than the peer's credit. What waits here is bounded by the credit
 * plus one batch for each outstanding load.
 */
export class Outbound {
  readonly #knowledge: Knowledge;
  readonly #headingOf: HeadingOf;
  readonly #limits: SessionLimits;
  /** Highest sequence queued or sent, where it exceeds what the peer is known to have. */
  readonly #sent = new Map<LogId, number>();
  /** The same of what left, not only queued. */
  readonly #left = new Map<LogId, number>();
  readonly #turns = new Turns();
  /** Bytes that a log may still send in its turn; negative after a batch larger than its turn. */
  readonly #deficit = new Map<LogId, number>();
  readonly #loading = new Map<LogId, number>();
  readonly #attached = new Set<string>();
  /** Whether the peer wants a log, where that is not as usual. */
  readonly #wishes = new Map<LogId, boolean>();
  /** Whether it wants a log of which it said nothing. */
  #isWanted: (log: LogId) => boolean = () => true;
  #steps: Step[] = [];
  #queued = 0;
  #credit = 0;
  #operations = 0;

  constructor(knowledge: Knowledge, headingOf: HeadingOf, limits: SessionLimits) {
    this.#knowledge = knowledge;
    this.#headingOf = headingOf;
    this.#limits = limits;
  }

  /** Bytes that may still be sent. */
  get credit(): number {
    return this.#credit;
  }

  /** Last sequence of the log that left; 0 if nothing did. */
  sentThrough(log: LogId): number {
    return this.#left.get(log) ?? 0;
  }

  /** Operations sent so far. */
  get operations(): number {
    return this.#operations;
  }

  /** Throws `SyncError` `too-large` for more than a session can use. */
  grant(bytes: number): void {
    this.#credit += bytes;
    if (this.#credit > messageLimits.credit)
      throw new SyncError("too-large", "more credit than a session can use");
  }

  /** From now on the peer wants these logs only, unless it says so of others. */
  restrict(isWanted: (log: LogId) => boolean): void {
    this.#isWanted = isWanted;
  }

  /** Whether batches of the log are sent. */
  isOpen(log: LogId): boolean {
    return this.#wishes.get(log) ?? this.#isWanted(log);
  }

  /** The peer wants the log, from where it said. */
  request(log: LogId): void {
    this.#wishes.set(log, true);
    this.rewind(log);
  }

  /** The peer does not want the log. What is sent is sent. */
  quiet(log: LogId): void {
    this.#wishes.set(log, false);
    this.rewind(log);
  }

  /** What came of the log is so urgent. A log that is not sent at once keeps it until it is. */
  urge(log: LogId, urgency: Urgency): void {
    if (!this.#knowledge.isForked(log) && this.isOpen(log)) this.#turns.urge(log, urgency);
  }

  /** Gives a log a turn if the peer lacks something of it. O(1). */
  wake(log: LogId): void {
    if (this.#loading.has(log) || this.#knowledge.isForked(log) || !this.isOpen(log)) return;
    if (this.#position(log) < this.#knowledge.mineSeq(log)) this.#turns.add(log);
  }

  /** The peer's entry of a log was reset: what was sent beyond it is sent again. */
  rewind(log: LogId): void {
    // A peer may name thousands of logs again and again: of one that was not sent since nothing waits.
    if (this.#sent.delete(log)) {
      this.#steps = this.#steps.filter((step) => step.kind !== "batch" || step.log !== log);
      this.#queued = this.#steps.reduce((sum, step) => sum + (step.kind === "batch" ? step.cost : 0), 0);
    }
    this.wake(log);
  }

  loaded(log: LogId, { envelopes, certificates, schemas }: Loaded): void {
    if (!this.#loading.delete(log)) throw new Error(`nothing was being loaded of ${log}`);
    for (const { node, der } of certificates)
      this.#attach(`${node} ${key(der)}`, { type: "send", message: { type: "certificate", node, der } });
    for (const { id, bytes } of schemas)
      this.#attach(key(id), { type: "send", message: { type: "schema", id, bytes } });
    let spent = 0;
    for (const envelope of this.isOpen(log) ? envelopes : []) {
      const heading = this.#headingOf(envelope);
      const last = lastOf(heading);
      const position = this.#position(log);
      if (last <= position) continue;
      // A rewind while this was being loaded: what is here lies beyond what the peer now asks for.
      if (heading.first !== position + 1) break;
      const cost = batchCost(envelope);
      if (cost > this.#limits.maxBatch) throw new RangeError(`a stored batch costs ${cost} bytes`);
      const action: Action = { type: "send", message: { type: "batch", envelope } };
      this.#steps.push({ kind: "batch", log, last, operations: heading.count, cost, action });
      this.#sent.set(log, last);
      this.#queued += cost;
      spent += cost;
    }
    if (this.#position(log) >= this.#knowledge.mineSeq(log)) {
      this.#deficit.delete(log);
      this.#turns.done(log);
    } else this.#deficit.set(log, Math.min((this.#deficit.get(log) ?? 0) - spent, this.#limits.quantum));
    // A log of which the store gave nothing rests until its frontier moves, or it would be asked for ever.
    if (envelopes.length > 0) this.wake(log);
  }

  /** Sends what the credit allows and asks for more. */
  pump(emit: (action: Action) => void): void {
    this.#send(emit);
    this.#load(emit);
  }

  #send(emit: (action: Action) => void): void {
    let done = 0;
    for (const step of this.#steps) {
      if (step.kind === "batch") {
        const passed = this.#knowledge.isForked(step.log) || step.last <= this.#knowledge.theirSeq(step.log);
        if (!passed && step.cost > this.#credit) break;
        this.#queued -= step.cost;
        if (!passed) this.#credit -= step.cost;
        if (!passed) {
          this.#operations += step.operations;
          this.#left.set(step.log, step.last);
          emit(step.action);
        }
      } else emit(step.action);
      done++;
    }
    this.#steps.splice(0, done);
  }

  #load(emit: (action: Action) => void): void {
    const { maxLoads, quantum } = this.#limits;
    let reserved = this.#queued;
    for (const bytes of this.#loading.values()) reserved += bytes;
    while (this.#loading.size < maxLoads && reserved < this.#credit) {
      const log = this.#turns.next();
      if (log === undefined) return;
      if (this.#position(log) >= this.#knowledge.mineSeq(log)) continue;
      if (this.#knowledge.isForked(log) || !this.isOpen(log)) continue;
      const deficit = (this.#deficit.get(log) ?? 0) + quantum;
      this.#deficit.set(log, deficit);
      if (deficit <= 0) {
        this.#turns.add(log);
        continue;
      }
      const maxBytes = Math.min(deficit, this.#credit - reserved);
      this.#loading.set(log, maxBytes);
      reserved += maxBytes;
      emit({ type: "load", log, after: this.#position(log), maxBytes });
    }
  }

  #position(log: LogId): number {
    return Math.max(this.#knowledge.theirSeq(log), this.#sent.get(log) ?? 0);
  }

  #attach(name: string, action: Action): void {
    if (this.#attached.has(name)) return;
    this.#attached.add(name);
    this.#steps.push({ kind: "attachment", action });
  }
}

/** Bytes as a key of a set. Only for what this node's own store gave. */
function key(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
