import type { Envelope } from "@jarvis-crdt/batch";
import type { Frontier, FrontierEntry, Hlc, LogId, NodeId } from "@jarvis-crdt/crdt";
import { nodeOf } from "@jarvis-crdt/crdt";
import type { Action } from "./action.ts";
import { Comparison } from "./comparison.ts";
import { SyncError } from "./error.ts";
import { FrontierTree } from "./frontier-tree.ts";
import type { HeadingOf } from "./heading.ts";
import { Inbound } from "./inbound.ts";
import { Knowledge } from "./knowledge.ts";
import { messageLimits, type SessionLimits, sessionLimits } from "./limits.ts";
import {
  type Ack,
  type Branch,
  batchCost,
  type Healing,
  type Hello,
  healingFeature,
  type Leaves,
  type LogEntry,
  type Message,
  protocolVersion,
  requestsFeature,
  type SchemaMessage,
  treeFeature,
} from "./message.ts";
import { missing } from "./missing.ts";
import { type Loaded, Outbound } from "./outbound.ts";
import { type Source, Sources } from "./sources.ts";

const nothing = { seq: 0, batch: new Uint8Array(32) };

export interface SessionOptions {
  readonly node: NodeId;
  /** 16 bytes. */
  readonly cluster: Uint8Array;
  /** This node's clock, shown to the peer. */
  readonly clock: () => Hlc;
  readonly headingOf: HeadingOf;
  /** Who the peer is by its certificate; its hello must agree. */
  readonly peer?: NodeId;
  readonly features?: readonly string[];
  /** Of all sessions of this node, so that each log comes from one peer. */
  readonly sources?: Sources;
  readonly limits?: Partial<SessionLimits>;
}

/** A sequence for each log. */
export type Sequences = ReadonlyMap<LogId, number>;

export interface SessionStatus {
  readonly phase: "greeting" | "comparing" | "streaming" | "closed";
  readonly peerNode: NodeId | undefined;
  /** Operations we have and the peer is not known to have; 0 unless streaming. */
  readonly lagOperations: number;
  /** Operations the peer is known to have and we lack; 0 unless streaming. */
  readonly missing: number;
  readonly synced: boolean;
  /** Bytes we may send, and bytes delivered to the driver and not consumed yet. */
  readonly credit: number;
  readonly outstanding: number;
  /** Operations in batches that crossed the connection; of those received, those that were here already. */
  readonly sentOperations: number;
  readonly receivedOperations: number;
  readonly repeatedOperations: number;
  /** Logs that the two sides know with different contents. */
  readonly forks: readonly LogId[];
}

/**
 * One side of a session between two nodes; both sides run the same machine. It does no I/O: messages and the driver's
 * answers go in, actions come out, to be carried out in order. Every method may be called at any time; after `close`
 * all return nothing.
 */
export class Session implements Source {
  readonly #options: SessionOptions;
  readonly #limits: SessionLimits;
  readonly #knowledge: Knowledge;
  readonly #outbound: Outbound;
  readonly #inbound: Inbound;
  /** How far we have told the peer that we have a log, where that is further than at the beginning. */
  readonly #told = new Map<LogId, number>();
  readonly #ackDue = new Set<LogId>();
  /** Logs that grew and of which the peer was told nothing, because it gets their batches or because it is not time. */
  readonly #untold = new Set<LogId>();
  /** Logs that grew and are neither pushed nor told before `flush`. */
  readonly #heldBack = new Set<LogId>();
  readonly #sources: Sources;
  /** Logs of which the peer has more than we, and those of them that were found in this step. */
  readonly #ahead = new Set<LogId>();
  readonly #news = new Set<LogId>();
  /** Logs for which we asked this peer, and those of which we want nothing from it. */
  readonly #asked = new Set<LogId>();
  readonly #unwanted = new Set<LogId>();
  /** The peer's own logs that we lacked something of when the session began: it waits to be asked. */
  readonly #backlog = new Set<LogId>();
  /** Questions that wait for the frontiers to be compared. */
  readonly #questions: number[] = [];
  /** What the comparison found was asked for. */
  #isSettledIn = false;
  /** What each side lacked when the frontiers had been exchanged, as far as it is still outstanding. */
  readonly #owed = new Map<LogId, number>();
  readonly #wanted = new Map<LogId, number>();
  /** Our frontier when the session began, where it is compared as a tree. */
  #tree: FrontierTree | undefined;
  #comparison: Comparison | undefined;
  #phase: SessionStatus["phase"] = "greeting";
  #hello: Hello | undefined;
  #synced = false;
  #certificates = 0;
  #schemas = 0;
  #received = 0;
  #repeated = 0;
  /** Messages and loads. They precede the rest, so that a driver which awaits the rest keeps messages in order. */
  #outgoing: Action[] = [];
  #rest: Action[] = [];

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#sources = options.sources ?? new Sources();
    this.#limits = { ...sessionLimits, ...options.limits };
    this.#knowledge = new Knowledge(this.#limits.maxLogs);
    this.#outbound = new Outbound(this.#knowledge, options.headingOf, this.#limits);
    this.#inbound = new Inbound(this.#knowledge, options.headingOf, this.#limits);
  }

  /** Features that both sides announced. */
  get features(): readonly string[] {
    return this.#features.filter((feature) => this.#hello?.features.includes(feature));
  }

  get #features(): readonly string[] {
    const { features = [] } = this.#options;
    return [...(this.#tree ? [treeFeature] : []), requestsFeature, ...features];
  }

  /** Whether the peer sends other authors' batches only when asked. */
  get #onRequest(): boolean {
    return this.#hello?.features.includes(requestsFeature) ?? false;
  }

  /** Logs of which the peer has more than we, and nothing speaks against taking them. */
  get awaited(): readonly LogId[] {
    return [...this.#ahead].filter((log) => this.#isTakable(log));
  }

  /** How far the peer is known to have stored a log durably, by its own word; undefined where it has nothing of it. */
  acknowledged(log: LogId): FrontierEntry | undefined {
    return this.#knowledge.theirs(log);
  }

  get status(): SessionStatus {
    return {
      phase: this.#phase,
      peerNode: this.#hello?.node,
      lagOperations: this.#knowledge.lag,
      missing: this.#knowledge.missing,
      synced: this.#synced,
      credit: this.#outbound.credit,
      outstanding: this.#inbound.outstanding,
      sentOperations: this.#outbound.operations,
      receivedOperations: this.#received,
      repeatedOperations: this.#repeated,
      forks: this.#knowledge.forks,
    };
  }

  /** Begins. Both sides do so as soon as they are connected. Sequences that both give as trees are compared as trees. */
  open(frontier: Frontier | FrontierTree): Action[] {
    return this.#run(() => {
      if (frontier instanceof FrontierTree) this.#tree = frontier;
      this.#knowledge.begin(this.#tree ?? new Map(frontier));
      const { node, cluster, clock } = this.#options;
      this.#send({
        type: "hello",
        version: protocolVersion,
        cluster,
        node,
        features: this.#features,
        clock: clock(),
        ...(this.#tree && { tree: this.#tree.summary(new Uint8Array(0)) }),
      });
    });
  }

  receive(message: Message): Action[] {
    return this.#run(() => {
      switch (message.type) {
        case "hello":
          return this.#greet(message);
        case "have":
          return this.#have(message.entries, message.last);
        case "branch":
          return this.#branch(message);
        case "leaves":
          return this.#leaves(message);
        case "certificate":
          this.#expect("streaming");
          if (++this.#certificates > this.#limits.maxAttachments)
            throw new SyncError("too-many", "too many certificates in one session");
          return this.#emit(message);
        case "schema":
          this.#expect("streaming");
          if (++this.#schemas > this.#limits.maxAttachments)
            throw new SyncError("too-many", "too many schemas in one session");
          return this.#emit(message);
        case "batch":
          return this.#arrive(message.envelope);
        case "credit":
          if (this.#hello === undefined) throw new SyncError("unexpected", "credit before hello");
          this.#outbound.grant(message.bytes);
          if (this.#outbound.credit > messageLimits.credit)
            throw new SyncError("too-large", "more credit than a session can use");
          return;
        case "ack":
          return this.#acknowledged(message);
        case "quiet":
          this.#expect("streaming");
          for (const log of message.logs) this.#quieted(log);
          return;
        case "ask":
          this.#expect("streaming");
          return this.#tell(message.number);
        case "told":
          this.#expect("streaming");
          return this.#emit(message);
        case "forked":
        case "history":
        case "shown":
          this.#expect("streaming");
          return this.#emit({ type: "healing", message });
        case "bye":
          return this.#close(
            message.code,
            message.text ? `the peer says: ${message.text}` : "the peer said goodbye",
          );
      }
    });
  }

  /**
   * Our durable frontier grew: own commits, batches of this peer or of another. Pushes what the peer lacks, confirms
   * what it has sent; with `hold` only the latter, and the rest at the next `flush`.
   */
  advanced(entries: Frontier, hold = false): Action[] {
    return this.#run(() => {
      for (const [log, entry] of entries) {
        if (!this.#knowledge.advanceMine(log, entry)) continue;
        if ((this.#wanted.get(log) ?? Number.POSITIVE_INFINITY) <= entry.seq) this.#wanted.delete(log);
        this.#inbound.advanced(log);
        this.#sources.moved(log);
        this.#checkFork(log);
        this.#note(log);
        this.#untold.add(log);
        if (this.#knowledge.theirSeq(log) >= entry.seq) this.#ackDue.add(log);
        else if (hold) this.#heldBack.add(log);
        else this.#show(log);
      }
    });
  }

  /** Pushes and tells what was held back. */
  flush(): Action[] {
    return this.#run(() => this.#release());
  }

  /**
   * Asks the peer to tell what it has, and tells it what we have. Answered with a `told` of the same number, after
   * everything that the peer had then is known; a peer that knows no such question is taken to have told.
   */
  ask(number: number): Action[] {
    return this.#run(() => {
      this.#questions.push(number);
      if (this.#phase === "streaming") this.#question();
    });
  }

  /** Asks the peer for what it has more of, unless another is to bring it. */
  consider(): Action[] {
    return this.#run(() => this.#request(this.awaited.filter((log) => this.#mayAsk(log, false))));
  }

  isAhead(log: LogId): boolean {
    return this.#ahead.has(log) && this.#isTakable(log);
  }

  /** What is still to cross this session, as it stands now: the sequence that each log is to reach, there and here. */
  get outstandingLogs(): { readonly there: Sequences; readonly here: Sequences } {
    const there = new Map<LogId, number>();
    for (const log of this.#knowledge.logs())
      if (this.#knowledge.theirSeq(log) < this.#knowledge.mineSeq(log) && !this.#knowledge.isForked(log))
        there.set(log, this.#knowledge.mineSeq(log));
    return { there, here: new Map(this.awaited.map((log) => [log, this.#knowledge.theirSeq(log)])) };
  }

  /** Whether a log reached a sequence there, or here; or will not, because it is forked or cannot be taken. */
  hasReached(log: LogId, seq: number, where: "there" | "here"): boolean {
    if (!this.#isTakable(log)) return true;
    return seq <= (where === "there" ? this.#knowledge.theirSeq(log) : this.#knowledge.mineSeq(log));
  }

  /** Whether this session is to bring the log. */
  brings(log: LogId): boolean {
    return this.#sources.owner(log) === this;
  }

  /** Asks the peer for a log, whoever was to bring it. */
  request(log: LogId): Action[] {
    return this.#run(() => {
      this.#sources.take(log, this);
      this.#request([log]);
    });
  }

  /** Wants no batches of the log from this peer for now. */
  quiet(log: LogId): Action[] {
    return this.#run(() => {
      this.#sources.release(log, this);
      this.#unwant(log);
    });
  }

  /** The connection is gone without a word. */
  lost(): void {
    this.#phase = "closed";
    this.#sources.left(this);
  }

  /** Answers a `load`. */
  loaded(log: LogId, loaded: Loaded): Action[] {
    return this.#run(() => this.#outbound.loaded(log, loaded));
  }

  /**
   * The driver no longer holds these delivered batches, stored or not: their credit goes back to the peer. Not derived
   * from `advanced`, because a batch that another session brought still lies in this driver's queue.
   */
  consumed(envelopes: readonly Envelope[]): Action[] {
    return this.#run(() => this.#inbound.consumed(envelopes.reduce((sum, one) => sum + batchCost(one), 0)));
  }

  /**
   * What was delivered of `log` beyond our frontier was not stored and is forgotten: it does not verify, or cannot be
   * judged yet. Its batches of it are passed over until `resume`, or the next session.
   */
  refused(log: LogId): Action[] {
    return this.#run(() => {
      this.#inbound.refused(log);
      this.#asked.delete(log);
      this.#sources.release(log, this);
    });
  }

  /** Asks the peer for a refused log again, from our frontier on. */
  resume(log: LogId): Action[] {
    return this.#run(() => {
      if (!this.#inbound.resume(log)) return;
      this.#sources.take(log, this);
      this.#request([log]);
    });
  }

  /** Whether the peer understands what is said to heal a log. */
  get heals(): boolean {
    return this.#phase === "streaming" && this.features.includes(healingFeature);
  }

  /** Says something to heal a log, where the peer understands it, after the schemas that it needs. */
  say(message: Healing | SchemaMessage): Action[] {
    return this.#run(() => {
      if (this.heals) this.#send(message);
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
    if (this.#phase === "closed") return [];
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
    const actions = [...this.#outgoing, ...this.#rest];
    this.#outgoing = [];
    this.#rest = [];
    return actions;
  }

  #pump(): void {
    if (this.#phase === "greeting" || this.#phase === "closed") return;
    if (this.#phase === "streaming" && this.#onRequest) this.#claimNew();
    this.#acknowledge();
    const bytes = this.#inbound.grant();
    if (bytes > 0) this.#send({ type: "credit", bytes });
    if (this.#phase !== "streaming") return;
    this.#outbound.pump((action) => this.#emit(action));
    if (this.#synced || this.#owed.size > 0 || this.#wanted.size > 0) return;
    this.#synced = true;
    this.#emit({ type: "synced" });
  }

  #greet(hello: Hello): void {
    this.#expect("greeting");
    const { node, cluster, peer } = this.#options;
    if (hello.version !== protocolVersion)
      throw new SyncError(
        "version",
        `this node speaks version ${protocolVersion} of the session protocol, not ${hello.version}; update the older node`,
      );
    if (!cluster.every((byte, i) => byte === hello.cluster[i]))
      throw new SyncError("cluster-mismatch", "this node belongs to another cluster");
    if (hello.node === node) throw new SyncError("self", "this node has the same identity");
    if (peer !== undefined && hello.node !== peer)
      throw new SyncError("identity-mismatch", "hello names another node than the certificate");
    if (hello.features.includes(treeFeature) && hello.tree === undefined)
      throw new SyncError("malformed", "hello announces a frontier tree and shows none");
    this.#hello = hello;
    this.#phase = "comparing";
    if (this.#tree !== undefined && hello.tree !== undefined) {
      this.#comparison = new Comparison(this.#tree, this.#pageSize);
      for (const message of this.#comparison.start(hello.tree)) this.#send(message);
      if (this.#comparison.isDone) this.#compared();
      return;
    }
    const entries: LogEntry[] = [];
    for (const [log, { seq, batch }] of this.#knowledge.base) entries.push({ log, seq, batch });
    for (const [page, last] of this.#pages(entries)) this.#send({ type: "have", entries: page, last });
  }

  #have(entries: readonly LogEntry[], last: boolean): void {
    if (this.#phase === "streaming") {
      if (!last) throw new SyncError("unexpected", "a correction is one message");
      for (const entry of entries) this.#correct(entry);
      return;
    }
    this.#expect("comparing");
    if (this.#comparison !== undefined) throw new SyncError("unexpected", "frontiers are compared as trees");
    this.#hear(entries);
    if (last) this.#compared();
  }

  #branch(message: Branch): void {
    this.#expect("comparing");
    for (const answer of this.#trees.branch(message)) this.#send(answer);
    if (this.#trees.isDone) this.#compared();
  }

  #leaves(message: Leaves): void {
    this.#expect("comparing");
    this.#trees.leaves(message);
    this.#hear(message.entries);
    if (this.#trees.isDone) this.#compared();
  }

  get #trees(): Comparison {
    if (this.#comparison === undefined) throw new SyncError("unexpected", "frontiers are compared as lists");
    return this.#comparison;
  }

  #hear(entries: readonly LogEntry[]): void {
    for (const { log, seq, batch } of entries)
      if (seq > 0) this.#knowledge.advanceTheirs(log, { seq, batch });
  }

  /** Everything is known that the peer has. */
  #compared(): void {
    for (const place of this.#comparison?.differing ?? [])
      for (const [log] of this.#tree!.below(place)) this.#knowledge.absent(log);
    this.#knowledge.compared(this.#comparison !== undefined);
    this.#phase = "streaming";
    const mine = new Map<LogId, FrontierEntry>();
    const theirs = new Map<LogId, FrontierEntry>();
    for (const log of this.#knowledge.logs()) {
      const [here, there] = [this.#knowledge.mine(log), this.#knowledge.theirs(log)];
      if (here) mine.set(log, here);
      if (there) theirs.set(log, there);
    }
    const { node, clock } = this.#hello!;
    this.#emit({ type: "offer", node, clock, frontier: theirs });
    const { lacks, forks } = missing(mine, theirs);
    if (this.#onRequest) {
      // It asks for what it saw that it lacks; what we have written since the beginning it gets unasked.
      const lacking = new Set<LogId>();
      for (const { log, after } of lacks) if (after < this.#knowledge.baseSeq(log)) lacking.add(log);
      this.#outbound.restrict((log) => nodeOf(log) === this.#options.node && !lacking.has(log));
      this.#sources.joined(node, this);
    }
    for (const { log, seq } of forks) this.#fork(log, seq);
    for (const { log, through } of lacks) {
      this.#owed.set(log, through);
      this.#outbound.wake(log);
    }
    for (const { log, through } of missing(theirs, mine).lacks) {
      this.#wanted.set(log, through);
      if (nodeOf(log) === node) this.#backlog.add(log);
      this.#note(log);
    }
    this.#question();
  }

  #correct({ log, seq, batch }: LogEntry): void {
    this.#knowledge.resetTheirs(log, { seq, batch });
    this.#checkFork(log);
    this.#note(log);
    this.#outbound.request(log);
  }

  #arrive(envelope: Envelope): void {
    this.#expect("streaming");
    const { log, operations, verdict } = this.#inbound.receive(envelope);
    this.#received += operations;
    if (verdict === "pass") this.#repeated += operations;
    if (verdict === "fork") this.#fork(log, this.#knowledge.mineSeq(log), envelope);
    else {
      this.#settle(log);
      this.#note(log, false);
    }
    if (verdict === "deliver") this.#sources.moved(log);
    else if (this.#sources.isElsewhere(log, this)) this.#unwant(log);
    if (verdict === "deliver") this.#emit({ type: "deliver", envelopes: [envelope] });
    else if (this.#toldSeq(log) < this.#knowledge.mineSeq(log)) this.#ackDue.add(log);
  }

  #acknowledged({ entries }: Ack): void {
    if (this.#phase === "greeting") throw new SyncError("unexpected", "ack before hello");
    for (const { log, seq, batch } of entries) {
      this.#knowledge.advanceTheirs(log, { seq, batch });
      this.#checkFork(log);
      this.#settle(log);
      this.#note(log);
      const mine = this.#knowledge.mineSeq(log);
      if (!this.#untold.has(log) || this.#knowledge.theirSeq(log) < mine) continue;
      // Somebody else brought it what we were to push, so it does not know that we have it.
      if (this.#outbound.sentThrough(log) < mine) this.#ackDue.add(log);
      else this.#untold.delete(log);
    }
  }

  /** Keeps account of whether the peer has more of the log than we. */
  #note(log: LogId, isNews = true): void {
    if (this.#knowledge.theirSeq(log) <= this.#knowledge.mineSeq(log)) this.#ahead.delete(log);
    else {
      this.#ahead.add(log);
      if (isNews) this.#news.add(log);
    }
  }

  /** Asks for what the peer was found to have more of in this step. */
  #claimNew(): void {
    if (this.#news.size === 0 && this.#isSettledIn) return;
    const logs = [...this.#news].filter((log) => this.#ahead.has(log) && this.#isTakable(log));
    this.#news.clear();
    // What a comparison finds is not about to come by another way; what is told later mostly is.
    const eager = !this.#isSettledIn;
    this.#isSettledIn = true;
    this.#request(logs.filter((log) => this.#mayAsk(log, eager)));
  }

  #isTakable(log: LogId): boolean {
    return !this.#inbound.isHeld(log) && !this.#knowledge.isForked(log);
  }

  /** Whether the peer sends a log only if it is asked, was not asked, and nobody else is to bring it. */
  #mayAsk(log: LogId, eager: boolean): boolean {
    const comes = nodeOf(log) === this.#hello?.node && !this.#backlog.has(log) && !this.#unwanted.has(log);
    return !comes && !this.#asked.has(log) && this.#sources.claim(log, this, eager);
  }

  /** Another brings the log: the peer is told once. */
  #unwant(log: LogId): void {
    this.#asked.delete(log);
    if (!this.#onRequest || this.#unwanted.has(log)) return;
    this.#unwanted.add(log);
    this.#send({ type: "quiet", logs: [log] });
  }

  #question(): void {
    if (this.#questions.length > 0) this.#release();
    for (const number of this.#questions.splice(0))
      if (this.#onRequest) this.#send({ type: "ask", number });
      else this.#emit({ type: "told", number });
  }

  /** Pushes the log, or tells of it where the peer does not want it. */
  #show(log: LogId): void {
    this.#outbound.wake(log);
    // What is pushed arrives as batches; of another's log the peer may be about to send us what we have.
    if (nodeOf(log) !== this.#options.node || !this.#outbound.isOpen(log)) this.#ackDue.add(log);
  }

  #release(): void {
    for (const log of this.#heldBack) this.#show(log);
    this.#heldBack.clear();
  }

  #tell(number: number): void {
    this.#release();
    for (const log of this.#untold) this.#ackDue.add(log);
    this.#acknowledge();
    this.#send({ type: "told", number });
  }

  #request(logs: readonly LogId[]): void {
    if (logs.length === 0) return;
    for (const log of logs) {
      this.#asked.add(log);
      this.#unwanted.delete(log);
    }
    const entries = logs.map((log) => ({ log, ...(this.#knowledge.mine(log) ?? nothing) }));
    for (const [page] of this.#pages(entries)) this.#send({ type: "have", entries: page, last: true });
  }

  /** The peer gets the log elsewhere: from now on it is told of it. */
  #quieted(log: LogId): void {
    // Of logs that are not here nothing is sent, and a peer could name any number of them.
    if (this.#knowledge.mineSeq(log) === 0) return;
    this.#outbound.quiet(log);
    if (this.#untold.has(log) && !this.#heldBack.has(log)) this.#ackDue.add(log);
  }

  /** The peer is known to have more of the log than before. */
  #settle(log: LogId): void {
    if ((this.#owed.get(log) ?? Number.POSITIVE_INFINITY) <= this.#knowledge.theirSeq(log))
      this.#owed.delete(log);
  }

  #acknowledge(): void {
    const entries: LogEntry[] = [];
    for (const log of this.#ackDue) {
      const entry = this.#knowledge.mine(log);
      if (entry === undefined || entry.seq <= this.#toldSeq(log)) continue;
      this.#told.set(log, entry.seq);
      this.#untold.delete(log);
      entries.push({ log, seq: entry.seq, batch: entry.batch });
    }
    this.#ackDue.clear();
    if (entries.length === 0) return;
    for (const [page] of this.#pages(entries)) this.#send({ type: "ack", entries: page });
  }

  /** What a comparison tells is what we had when the session began. */
  #toldSeq(log: LogId): number {
    return this.#told.get(log) ?? this.#knowledge.baseSeq(log);
  }

  #checkFork(log: LogId): void {
    if (this.#knowledge.contradicts(log)) this.#fork(log, this.#knowledge.mineSeq(log));
  }

  #fork(log: LogId, seq: number, proof?: Envelope): void {
    this.#owed.delete(log);
    this.#wanted.delete(log);
    if (!this.#knowledge.markForked(log)) return;
    this.#emit(proof ? { type: "fork", log, seq, proof } : { type: "fork", log, seq });
  }

  *#pages(entries: readonly LogEntry[]): Generator<[page: readonly LogEntry[], last: boolean]> {
    const size = this.#pageSize;
    for (let at = 0; at === 0 || at < entries.length; at += size)
      yield [entries.slice(at, at + size), at + size >= entries.length];
  }

  get #pageSize(): number {
    return Math.min(this.#limits.page, messageLimits.entries);
  }

  #expect(phase: SessionStatus["phase"]): void {
    if (this.#phase !== phase) throw new SyncError("unexpected", `not expected while ${this.#phase}`);
  }

  #leave(code: string, text: string): void {
    const printable = text.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, messageLimits.text);
    this.#send({ type: "bye", code, text: printable });
    this.#close(code, text);
  }

  #close(code: string, reason: string): void {
    this.lost();
    this.#emit({ type: "close", code, reason });
  }

  #send(message: Message): void {
    this.#emit({ type: "send", message });
  }

  #emit(action: Action): void {
    const isOutgoing = action.type === "send" || action.type === "load";
    (isOutgoing ? this.#outgoing : this.#rest).push(action);
  }
}
