import { type FrontierEntry, type LogId, type NodeId, nodeOf } from "@jarvis-crdt/crdt";
import type { Actions } from "./actions.ts";
import type { Inbound } from "./inbound.ts";
import type { Knowledge } from "./knowledge.ts";
import type { SessionLimits } from "./limits.ts";
import { requestsFeature } from "./message.ts";
import type { Opening } from "./opening.ts";
import { pages } from "./pages.ts";
import type { Source, Sources } from "./sources.ts";

const nothing: FrontierEntry = { seq: 0, batch: new Uint8Array(32) };

export interface RequestsContext {
  readonly knowledge: Knowledge;
  readonly inbound: Inbound;
  readonly opening: Opening;
  readonly sources: Sources;
  readonly limits: SessionLimits;
  readonly actions: Actions;
}

/** What is requested of the peer: which logs it has more of, and which of these it is asked for rather than another. */
export class Requests implements Source {
  readonly #context: RequestsContext;
  /** Logs of which the peer has more than we, and those of them that were found in this step. */
  readonly #ahead = new Set<LogId>();
  readonly #news = new Set<LogId>();
  /** Logs for which we asked this peer, and those of which we want nothing from it. */
  readonly #asked = new Set<LogId>();
  readonly #unwanted = new Set<LogId>();
  /** The peer's own logs that we lacked something of when the session began: it waits to be asked. */
  readonly #backlog = new Set<LogId>();
  /** What the comparison found was asked for. */
  #isSettledIn = false;

  constructor(context: RequestsContext) {
    this.#context = context;
  }

  /** Whether the peer sends other authors' batches only when asked. */
  get areKnown(): boolean {
    return this.#context.opening.hello?.features.includes(requestsFeature) ?? false;
  }

  /** Logs of which the peer has more than we, and nothing speaks against taking them. */
  get awaited(): readonly LogId[] {
    return [...this.#ahead].filter((log) => this.isTakable(log));
  }

  isAhead(log: LogId): boolean {
    return this.#ahead.has(log) && this.isTakable(log);
  }

  isTakable(log: LogId): boolean {
    return !this.#context.inbound.isHeld(log) && !this.#context.knowledge.isForked(log);
  }

  /** Whether this session is to bring the log. */
  brings(log: LogId): boolean {
    return this.#context.sources.owner(log) === this;
  }

  /** From now on the peer pushes its own logs. */
  begin(): void {
    if (this.areKnown) this.#context.sources.joined(this.#context.opening.hello!.node, this);
  }

  /** The session is over: what it was to bring may come from others. */
  end(): void {
    this.#context.sources.left(this);
  }

  /** The comparison found that we lacked something of the log when the session began. */
  lack(log: LogId): void {
    if (nodeOf(log) === this.#peer) this.#backlog.add(log);
    this.note(log);
  }

  /** Keeps account of whether the peer has more of the log than we. */
  note(log: LogId, isNews = true): void {
    const { knowledge } = this.#context;
    if (knowledge.theirSeq(log) <= knowledge.mineSeq(log)) this.#ahead.delete(log);
    else {
      this.#ahead.add(log);
      if (isNews) this.#news.add(log);
    }
  }

  /** Asks for what the peer was found to have more of in this step. */
  claimNew(): void {
    if (!this.areKnown || (this.#news.size === 0 && this.#isSettledIn)) return;
    const logs = [...this.#news].filter((log) => this.isAhead(log));
    this.#news.clear();
    // What a comparison finds is not about to come by another way; what is told later mostly is.
    const eager = !this.#isSettledIn;
    this.#isSettledIn = true;
    this.#request(logs.filter((log) => this.#mayAsk(log, eager)));
  }

  /** Asks for all that the peer has more of, unless another is to bring it. */
  claimAll(): void {
    this.#request(this.awaited.filter((log) => this.#mayAsk(log, false)));
  }

  /** Asks for a log, whoever was to bring it. */
  take(log: LogId): void {
    this.#context.sources.take(log, this);
    this.#request([log]);
  }

  /** Wants no batches of the log from this peer for now. */
  quiet(log: LogId): void {
    this.#context.sources.release(log, this);
    this.#unwant(log);
  }

  /** The peer sent of a log what is here already: if another is to bring it, one of the two is too many. */
  repeated(log: LogId): void {
    if (this.#context.sources.isElsewhere(log, this)) this.#unwant(log);
  }

  /** What comes of the log is refused for now. */
  refused(log: LogId): void {
    this.#asked.delete(log);
    this.#context.sources.release(log, this);
  }

  /** Whether the peer sends a log only if it is asked, was not asked, and nobody else is to bring it. */
  #mayAsk(log: LogId, eager: boolean): boolean {
    const comes = nodeOf(log) === this.#peer && !this.#backlog.has(log) && !this.#unwanted.has(log);
    return !comes && !this.#asked.has(log) && this.#context.sources.claim(log, this, eager);
  }

  /** Another brings the log: the peer is told once. */
  #unwant(log: LogId): void {
    this.#asked.delete(log);
    if (!this.areKnown || this.#unwanted.has(log)) return;
    this.#unwanted.add(log);
    this.#context.actions.send({ type: "quiet", logs: [log] });
  }

  #request(logs: readonly LogId[]): void {
    if (logs.length === 0) return;
    for (const log of logs) {
      this.#asked.add(log);
      this.#unwanted.delete(log);
    }
    const { knowledge, limits, actions } = this.#context;
    const entries = logs.map((log) => ({ log, ...(knowledge.mine(log) ?? nothing) }));
    for (const [page] of pages(entries, limits.page))
      actions.send({ type: "have", entries: page, last: true });
  }

  get #peer(): NodeId | undefined {
    return this.#context.opening.hello?.node;
  }
}
