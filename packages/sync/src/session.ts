import type { Envelope } from "@jarvis-crdt/batch";
import type { Frontier, FrontierEntry, LogId } from "@jarvis-crdt/crdt";
import type { Action } from "./action.ts";
import { SyncError } from "./error.ts";
import type { FrontierTree } from "./frontier-tree.ts";
import { Hearing } from "./hearing.ts";
import { messageLimits } from "./limits.ts";
import {
  batchCost,
  clockFeature,
  type Healing,
  healingFeature,
  hollowFeature,
  type Message,
  type SchemaMessage,
  type Vouching,
} from "./message.ts";
import type { SessionOptions } from "./options.ts";
import type { Loaded } from "./outbound.ts";
import { type Parts, partsOf } from "./parts.ts";
import type { Sequences, SessionStatus } from "./status.ts";
import type { Urgency } from "./turns.ts";

/** How urgent what came of some logs is. */
export type Urgencies = ReadonlyMap<LogId, Urgency>;

const usual: Urgencies = new Map();

/**
 * One side of a session between two nodes; both sides run the same machine. It does no I/O: messages and the driver's
 * answers go in, actions come out, to be carried out in order. Every method may be called at any time; after `close`
 * all return nothing.
 */
export class Session {
  readonly #parts: Parts;
  readonly #hearing: Hearing;
  #synced = false;

  constructor(options: SessionOptions) {
    this.#parts = partsOf(options);
    this.#hearing = new Hearing(this.#parts);
  }

  /** Features that both sides announced. */
  get features(): readonly string[] {
    return this.#parts.opening.features;
  }

  /** Logs of which the peer has more than we, and nothing speaks against taking them. */
  get awaited(): readonly LogId[] {
    return this.#parts.requests.awaited;
  }

  /** How far the peer is known to have stored a log durably, by its own word; undefined where it has nothing of it. */
  acknowledged(log: LogId): FrontierEntry | undefined {
    return this.#parts.knowledge.theirs(log);
  }

  get status(): SessionStatus {
    return {
      phase: this.#hearing.phase,
      peerNode: this.#parts.opening.hello?.node,
      lagOperations: this.#parts.knowledge.lag,
      missing: this.#parts.knowledge.missing,
      synced: this.#synced,
      credit: this.#parts.outbound.credit,
      outstanding: this.#parts.inbound.outstanding,
      sentOperations: this.#parts.outbound.operations,
      receivedOperations: this.#parts.inbound.operations,
      repeatedOperations: this.#parts.inbound.repeated,
      forks: this.#parts.knowledge.forks,
    };
  }

  /** What is still to cross this session, as it stands now: the sequence that each log is to reach, there and here. */
  get outstandingLogs(): { readonly there: Sequences; readonly here: Sequences } {
    const there = new Map<LogId, number>();
    for (const log of this.#parts.knowledge.logs())
      if (
        this.#parts.knowledge.theirSeq(log) < this.#parts.knowledge.mineSeq(log) &&
        !this.#parts.knowledge.isForked(log)
      )
        there.set(log, this.#parts.knowledge.mineSeq(log));
    return { there, here: new Map(this.awaited.map((log) => [log, this.#parts.knowledge.theirSeq(log)])) };
  }

  /** Whether a log reached a sequence there, or here; or will not, because it is forked or cannot be taken. */
  hasReached(log: LogId, seq: number, where: "there" | "here"): boolean {
    if (!this.#parts.requests.isTakable(log)) return true;
    return (
      seq <= (where === "there" ? this.#parts.knowledge.theirSeq(log) : this.#parts.knowledge.mineSeq(log))
    );
  }

  /** Whether this session is to bring the log. */
  brings(log: LogId): boolean {
    return this.#parts.requests.brings(log);
  }

  /** Whether the peer understands what is said to heal a log. */
  get heals(): boolean {
    return this.#hearing.phase === "streaming" && this.features.includes(healingFeature);
  }

  /** Whether the peer takes hollow batches, and says what is spent. */
  get vouches(): boolean {
    return this.#hearing.phase === "streaming" && this.features.includes(hollowFeature);
  }

  /** Begins. Both sides do so as soon as they are connected. Sequences that both give as trees are compared as trees. */
  open(frontier: Frontier | FrontierTree): Action[] {
    return this.#run(() => this.#parts.actions.send(this.#parts.opening.begin(frontier)));
  }

  receive(message: Message): Action[] {
    return this.#run(() => this.#hearing.hear(message));
  }

  /**
   * Our durable frontier grew: own commits, batches of this peer or of another. Pushes what the peer lacks, confirms
   * what it has sent; with `hold` only the latter, and the rest at the next `flush`. Logs with an urgency go before or
   * after the others where not everything can go at once.
   */
  advanced(entries: Frontier, hold = false, urgencies: Urgencies = usual): Action[] {
    return this.#run(() => {
      for (const [log, entry] of entries) {
        if (!this.#parts.knowledge.advanceMine(log, entry)) continue;
        this.#parts.catchUp.settle(log);
        this.#parts.inbound.advanced(log);
        this.#parts.sources.moved(log);
        this.#hearing.checkFork(log);
        this.#parts.requests.note(log);
        const urgency = urgencies.get(log);
        if (urgency !== undefined) this.#parts.outbound.urge(log, urgency);
        this.#parts.announcements.grew(log, hold);
      }
    });
  }

  /** Pushes and tells what was held back. */
  flush(): Action[] {
    return this.#run(() => this.#parts.announcements.release());
  }

  /**
   * Asks the peer to tell what it has, and tells it what we have. Answered with a `told` of the same number, after
   * everything that the peer had then is known; a peer that knows no such question is taken to have told.
   */
  ask(number: number): Action[] {
    return this.#run(() => this.#hearing.ask(number));
  }

  /** Tells the peer this node's clock and asks for its own, where it understands. */
  compareClocks(): Action[] {
    return this.#run(() => {
      if (this.#hearing.phase !== "streaming" || !this.features.includes(clockFeature)) return;
      this.#parts.actions.send({ type: "clock", clock: this.#parts.options.clock(), asks: true });
    });
  }

  /** Asks the peer for what it has more of, unless another is to bring it. */
  consider(): Action[] {
    return this.#run(() => this.#parts.requests.claimAll());
  }

  /** Asks the peer for a log, whoever was to bring it. */
  request(log: LogId): Action[] {
    return this.#run(() => this.#parts.requests.take(log));
  }

  /** Wants no batches of the log from this peer for now. */
  quiet(log: LogId): Action[] {
    return this.#run(() => this.#parts.requests.quiet(log));
  }

  /** The connection is gone without a word. */
  lost(): void {
    this.#hearing.end();
  }

  /** Answers a `load`. */
  loaded(log: LogId, loaded: Loaded): Action[] {
    return this.#run(() => this.#parts.outbound.loaded(log, loaded));
  }

  /**
   * The driver no longer holds these delivered batches, stored or not: their credit goes back to the peer. Not derived
   * from `advanced`, because a batch that another session brought still lies in this driver's queue.
   */
  consumed(envelopes: readonly Envelope[]): Action[] {
    return this.#run(() =>
      this.#parts.inbound.consumed(envelopes.reduce((sum, one) => sum + batchCost(one), 0)),
    );
  }

  /**
   * What was delivered of `log` beyond our frontier was not stored and is forgotten: it does not verify, or cannot be
   * judged yet. Its batches of it are passed over until `resume`, or the next session.
   */
  refused(log: LogId): Action[] {
    return this.#run(() => {
      this.#parts.inbound.refused(log);
      this.#parts.requests.refused(log);
    });
  }

  /** Asks the peer for a refused log again, from our frontier on. */
  resume(log: LogId): Action[] {
    return this.#run(() => {
      if (this.#parts.inbound.resume(log)) this.#parts.requests.take(log);
    });
  }

  /** Says something to heal a log, after the schemas that it needs, or about what is spent, where the peer understands it. */
  say(message: Healing | SchemaMessage | Vouching): Action[] {
    return this.#run(() => {
      const isVouching = message.type === "inquire" || message.type === "spent";
      if (isVouching ? this.vouches : this.heals) this.#parts.actions.send(message);
    });
  }

  /**
   * Ends the session from this side, with a code `[a-z0-9-]{1,32}` and a sentence that the peer will read: what is not
   * printable ASCII is replaced, what is too long is cut.
   */
  close(code: string, text: string): Action[] {
    return this.#run(() => this.#leave(code, text));
  }

  #run(step: () => void): Action[] {
    if (this.#hearing.phase === "closed") return [];
    try {
      step();
      this.#pump();
    } catch (error) {
      // The header of a batch is read by a function that was given; its typed errors are the peer's doing as well.
      if (error instanceof SyncError) this.#leave(error.code, error.message);
      else if (error instanceof Error && "code" in error)
        this.#leave("malformed", "a batch header is malformed");
      else throw error;
    }
    return this.#parts.actions.take();
  }

  #pump(): void {
    const { phase } = this.#hearing;
    if (phase === "greeting" || phase === "closed") return;
    const { requests, inbound, outbound, catchUp, actions } = this.#parts;
    if (phase === "streaming") requests.claimNew();
    this.#hearing.acknowledge();
    const bytes = inbound.grant();
    if (bytes > 0) actions.send({ type: "credit", bytes });
    if (phase !== "streaming") return;
    outbound.pump((action) => actions.add(action));
    if (this.#synced || !catchUp.isDone) return;
    this.#synced = true;
    actions.add({ type: "synced" });
  }

  #leave(code: string, text: string): void {
    const printable = text.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, messageLimits.text);
    this.#parts.actions.send({ type: "bye", code, text: printable });
    this.#hearing.close(code, text);
  }
}
