import { type Compressor, decodeHeader, type Hasher, type Verifier } from "@jarvis-crdt/batch";
import { type Dot, type FrontierEntry, type LogId, type NodeId, nodeOf } from "@jarvis-crdt/crdt";
import type { Store } from "@jarvis-crdt/store";
import { FrontierTree, type SessionLimits, Sources } from "@jarvis-crdt/sync";
import type { Authority } from "./authority.ts";
import { Authors } from "./authors.ts";
import { ClockJudge, type ClockOptions } from "./clock-judge.ts";
import type { Connections } from "./connections.ts";
import { CounterBuffer } from "./counter-buffer.ts";
import { codeOf, ReplicaError } from "./error.ts";
import { type Exchanged, Exchanges, type Signal } from "./exchange.ts";
import { fetchBatch } from "./fetch-batch.ts";
import { Inbox } from "./inbox.ts";
import type { PeerLink } from "./link.ts";
import { PeerRecord } from "./peer-record.ts";
import type { PeerReport } from "./peer-report.ts";
import { type Direction, PeerSession } from "./peer-session.ts";
import type { Round } from "./rounds.ts";
import type { Priority } from "./schedule/interval.ts";
import { Schedule, type SyncMode, usualPriority } from "./schedule/schedule.ts";
import { moreUrgent, type PriorityRules, Urgencies } from "./schedule/urgencies.ts";
import type { Spoken } from "./spoken.ts";
import { Members } from "./vouching/members.ts";
import { type InDoubt, Settling } from "./vouching/settling.ts";
import { Vouchers } from "./vouching/vouchers.ts";

export interface ReplicaOptions {
  readonly store: Store;
  readonly authority: Authority;
  /** DER of this node's own certificate, kept and sent to whoever gets its batches. */
  readonly certificate: Uint8Array;
  readonly hasher: Hasher;
  readonly verifier: Verifier;
  readonly compressor: Compressor;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** One turn of the event loop, as `setImmediate` gives it. */
  readonly turn: () => Promise<void>;
  /** Bounds of each session, where they are not the usual ones. */
  readonly limits?: Partial<SessionLimits>;
  /** Of which objects and tables changes are more or less urgent than others: they leave sooner, or first. */
  readonly priorities?: PriorityRules;
  /** When changes leave; eager unless given. Other modes need `tick`. */
  readonly mode?: SyncMode;
  /** Has this node's clock judged by those of its peers. */
  readonly clock?: ClockOptions;
  /** For `connectTo` and `disconnectFrom`. */
  readonly connections?: Connections;
  /** Something was refused; `peer` is undefined where it was the store itself. */
  readonly onProblem?: (peer: NodeId | undefined, code: string, message: string) => void;
  readonly onSynced?: (peer: NodeId) => void;
  /** A log of this node was written twice, and is abandoned; what it held is minted anew. */
  readonly onHealed?: (log: LogId) => void;
  /** A message came, or is about to leave: for who looks for a mistake. */
  readonly onMessage?: (peer: NodeId, direction: Direction, message: Spoken) => void;
  /** A round with a peer is over: what `sync_log` tells. */
  readonly onRound?: (peer: NodeId, round: Round) => void;
}

export interface SessionLag {
  readonly operations: number;
  readonly seconds: number;
  readonly synced: boolean;
}

/** Where logs reach now, and reached before. */
export type Change = ReadonlyMap<LogId, { readonly from: number; readonly through: number }>;

/**
 * One node's replica: a store, and sessions with peers that bring it and take from it. Local writes go to the store;
 * every session is told when the store has more, whoever brought it.
 */
export class Replica {
  readonly #options: ReplicaOptions;
  readonly #authors: Authors;
  readonly #inbox: Inbox;
  readonly #sessions = new Set<PeerSession>();
  readonly #records = new Map<NodeId, PeerRecord>();
  readonly #vouchers: Vouchers;
  readonly #settling: Settling;
  readonly #sources = new Sources();
  readonly #exchanges = new Exchanges();
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #counters: CounterBuffer;
  readonly #mode: SyncMode;
  readonly #schedule: Schedule;
  readonly #urgencies: Urgencies;
  /** What is stored, as far as the sessions were told. */
  #frontier: FrontierTree;
  readonly #clock: ClockJudge;
  readonly #unsubscribe: () => void;
  #announcing: Promise<void>;

  private constructor(options: ReplicaOptions) {
    this.#options = options;
    const { store, hasher, verifier, compressor, now, turn } = options;
    this.#authors = new Authors(store, options.authority);
    const members = new Members(store.node, this.#authors, this.#sessions, now);
    this.#vouchers = new Vouchers(members, (log, giver) => this.#sessionWith(giver)?.vouched(log));
    this.#settling = new Settling(store, members);
    this.#inbox = new Inbox({
      store,
      authors: this.#authors,
      hasher,
      verifier,
      compressor,
      now,
      turn,
      isVouched: (header, giver) => this.#vouchers.isVouched(header, giver),
      onFailure: (error) => this.#problem(undefined, error),
    });
    this.#counters = new CounterBuffer((transaction) => store.commit(transaction), turn);
    this.#clock = new ClockJudge(options.clock, store, (error) => this.#problem(undefined, error));
    this.#mode = options.mode ?? { kind: "eager" };
    this.#schedule = new Schedule(this.#mode);
    this.#urgencies = new Urgencies(options.priorities ?? {}, store, compressor);
    this.#frontier = FrontierTree.of(new Map(), hasher);
    this.#announcing = store.frontier().then(async (frontier) => {
      this.#frontier = FrontierTree.of(frontier, hasher);
      for (const node of new Set([...frontier.keys()].map(nodeOf))) await this.#authors.of(node);
    });
    this.#unsubscribe = store.subscribe((logs) => {
      this.#announcing = this.#announcing
        .then(() => this.#announce(logs))
        .catch((error) => this.#problem(undefined, error));
    });
  }

  static async open(options: ReplicaOptions): Promise<Replica> {
    const replica = new Replica(options);
    await replica.#announcing;
    await replica.#authors.learn(options.store.node, options.certificate);
    return replica;
  }

  get node(): NodeId {
    return this.#options.store.node;
  }

  /** Begins a session over a link. The owner of the link passes on what it receives, drains and its end. */
  async attach(link: PeerLink): Promise<PeerSession> {
    const { store, hasher, now, limits, onProblem, onSynced, onHealed, onRound } = this.#options;
    const session = new PeerSession(link, {
      store,
      authors: this.#authors,
      inbox: this.#inbox,
      hasher,
      now,
      ...(limits && { limits }),
      sources: this.#sources,
      announced: () => this.#announcing,
      onUnvouched: (giver, { header }) => {
        const heading = decodeHeader(header);
        this.#vouchers.wait(heading, giver);
        // Who still has the operations proves more than anybody can say.
        this.#offering(heading.log, giver)?.request(heading.log);
      },
      onMessage: this.#options.onMessage,
      onTold: (told, number) => this.#exchanges.told(told, number),
      onProblem: (peer, code, message) => {
        this.#records.get(peer)?.failed(code, message, now());
        onProblem?.(peer, code, message);
      },
      onClock: (peer, clock) => this.#clock.heard(peer, clock),
      onSynced: (peer) => onSynced?.(peer),
      onHealed: (log) => onHealed?.(log),
      onRound: (peer, round) => onRound?.(peer, round),
      onChange: (changed) => {
        this.#records.get(link.node)?.observe(changed, now());
        this.#exchanges.check(changed);
      },
    });
    const record = this.#records.get(link.node);
    if (record) record.began(session, now());
    else this.#records.set(link.node, new PeerRecord(link.node, session, now()));
    // What is stored by now shall be compared, not announced: "synced" speaks of what was compared.
    await this.#announcing;
    this.#sessions.add(session);
    this.#schedule.joined(link.node, now());
    await session.open(this.#frontier);
    return session;
  }

  detach(session: PeerSession): void {
    session.closed();
    this.#sessions.delete(session);
    this.#records.get(session.link.node)?.ended(session, this.#options.now());
    this.#exchanges.ended(session);
    if (this.#sessionWith(session.link.node) === undefined) this.#schedule.left(session.link.node);
    for (const other of this.#sessions) other.consider();
  }

  /**
   * Connects to a peer by its node id or an address. Rejects with `no-connections` where the replica was given none, or
   * as the owner of the connections does.
   */
  async connectTo(target: string): Promise<NodeId> {
    return this.#connections.connect(target);
  }

  /** Ends the sessions with a peer, and has none until `connectTo`. */
  disconnectFrom(peer: NodeId): void {
    this.#connections.disconnect(peer);
  }

  /**
   * Has both sides store what the other has at this moment, whatever the mode; connects first where there is no session,
   * and then counts what connecting brought.
   * What cannot be taken (`peers` tells why) is not waited for. Rejects with `disconnected` when the session ends before, and when the
   * signal says so: a peer that stores nothing is waited for as long.
   */
  async syncWith(peer: NodeId, options: { readonly signal?: Signal | undefined } = {}): Promise<Exchanged> {
    const before = this.#sessionWith(peer);
    const node = before === undefined ? await this.connectTo(peer) : peer;
    await this.#announcing;
    const session = this.#sessionWith(node);
    if (session === undefined) throw new ReplicaError("disconnected", `there is no session with ${node}`);
    const sent = before?.sentOperations ?? 0;
    const received = before?.receivedOperations.all ?? 0;
    return this.#exchanges.begin(session, { sent, received }, options.signal);
  }

  /** In lazy mode: has changes reach a peer as soon as this priority allows, if that is sooner than it was to be. */
  scheduleSync(peer: NodeId, priority: Priority): void {
    this.#schedule.schedule(peer, priority, this.#options.now());
  }

  /** Synchronises with the peers whose time has come; call it about every second, unless the mode is eager. */
  tick(): void {
    for (const peer of this.#schedule.due(this.#options.now())) this.#sessionWith(peer)?.flush();
  }

  /** Whether an operation is stored here. */
  async hasOperation({ log, seq }: Dot): Promise<boolean> {
    const head = (await this.#options.store.head(log))?.header;
    return head !== undefined && seq >= 1 && seq < head.first + head.count;
  }

  /**
   * Adds to a counter; durable when it resolves. Increments that come together become one operation. `by` is a safe
   * integer.
   */
  incrementCounter(name: string, by = 1): Promise<void> {
    if (!Number.isSafeInteger(by))
      return Promise.reject(new ReplicaError("invalid", "a counter grows by an integer within 2^53"));
    return this.#counters.add(name, by);
  }

  /** 0 where nobody has written it. */
  async getCounterValue(name: string): Promise<number> {
    return (await this.#options.store.counter(name)) ?? 0;
  }

  /** Rows of all replicated tables. */
  async getEntryCount(): Promise<number> {
    return (await this.#options.store.counts()).rows;
  }

  /** Calls `listener` when logs have grown, whoever wrote them, once they are durable. Returns how to stop. */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** How far the peer is behind this node, connected or not; undefined before its first session. */
  lag(peer: NodeId): SessionLag | undefined {
    const report = this.#records.get(peer)?.report(this.#options.now());
    return report && { operations: report.lagOperations, seconds: report.lagSeconds, synced: report.synced };
  }

  /** The peers that this process has talked to. */
  peers(): readonly PeerReport[] {
    return [...this.#records.values()].map((record) => record.report(this.#options.now()));
  }

  /** Peers that said to have stored an operation durably, of those that this process has talked to. */
  acknowledgedBy({ log, seq }: Dot): readonly NodeId[] {
    const all = [...this.#records.values()];
    return all.filter((record) => record.acknowledged(log) >= seq).map(({ node }) => node);
  }

  /** What is compared with other members, because batches came without their operations; undefined where nothing is. */
  get inDoubt(): InDoubt | undefined {
    return this.#settling.inDoubt;
  }

  /**
   * Asks all peers again for batches that could not be judged when they came, and others for what does not come from
   * the peer that was asked for it, and compares what hollow batches left in doubt; call it every few seconds.
   */
  retryHeld(): void {
    this.#clock.look(this.#sessions);
    for (const session of this.#sessions)
      session.retryHeld((log) => this.#offering(log, session.link.node) !== undefined);
    this.#settling.run().catch((error) => this.#problem(undefined, error));
    const sessions = [...this.#sessions].map((session) => ({ session, awaited: new Set(session.awaited) }));
    for (const log of this.#sources.stalled(sessions.flatMap(({ awaited }) => [...awaited]))) {
      const other = sessions.find(({ session, awaited }) => awaited.has(log) && !session.brings(log));
      if (other === undefined) continue;
      const before = sessions.find(({ session }) => session.brings(log));
      other.session.request(log);
      before?.session.quiet(log);
    }
  }

  /** A stored batch that is damaged here, as a connected peer has it, verified. Undefined where none has. */
  fetchBatch(log: LogId, first: number): ReturnType<typeof fetchBatch> {
    const { store, hasher } = this.#options;
    return fetchBatch(log, first, [...this.#sessions], { store, inbox: this.#inbox, hasher });
  }

  /** Ends all sessions; what was received and verified is stored first. The store stays open, it is the caller's. */
  async close(): Promise<void> {
    for (const session of this.#sessions) session.close("shutdown", "this node is stopping");
    await this.#inbox.idle();
    this.#unsubscribe();
    await this.#announcing;
  }

  async #announce(logs: readonly LogId[]): Promise<void> {
    const entries = new Map<LogId, FrontierEntry>();
    for (const log of logs) {
      const head = await this.#options.store.head(log);
      if (head) entries.set(log, { seq: head.header.first + head.header.count - 1, batch: head.id });
    }
    const before = this.#frontier;
    if (logs.some((log) => (before.get(log)?.seq ?? 0) > (entries.get(log)?.seq ?? 0))) {
      await this.#abandoned();
      return;
    }
    const seqBefore = (log: LogId) => before.get(log)?.seq ?? 0;
    const change = new Map(
      [...entries].map(([log, { seq }]) => [log, { from: seqBefore(log), through: seq }] as const),
    );
    const urgencies = await this.#urgencies.of(change);
    this.#frontier = before.with(entries);
    for (const record of this.#records.values())
      if (!record.isConnected) record.missed(seqBefore, entries, this.#options.now());
    this.#push(entries, change, urgencies);
    if (change.size > 0) for (const listener of this.#listeners) listener(change);
  }

  #push(
    entries: ReadonlyMap<LogId, FrontierEntry>,
    change: Change,
    urgencies: ReadonlyMap<LogId, Priority>,
  ): void {
    const { now } = this.#options;
    for (const session of this.#sessions) {
      const peer = session.link.node;
      session.advanced(entries, this.#mode.kind !== "eager", urgencies);
      let news = 0;
      let most: Priority | undefined;
      for (const [log, { from, through }] of change) {
        if (nodeOf(log) === peer) continue;
        news += through - from;
        most = moreUrgent(most, urgencies.get(log) ?? usualPriority(this.#mode));
      }
      if (most !== undefined && news > 0) this.#schedule.changed(peer, news, most, now());
    }
  }

  #sessionWith(peer: NodeId): PeerSession | undefined {
    return [...this.#sessions].findLast(({ link, isOpen }) => link.node === peer && isOpen);
  }

  /** A session with another node than this, from which a log can be taken that goes on there. */
  #offering(log: LogId, but: NodeId): PeerSession | undefined {
    return [...this.#sessions].find(({ link, awaited }) => link.node !== but && awaited.includes(log));
  }

  get #connections(): Connections {
    const { connections } = this.#options;
    if (connections === undefined)
      throw new ReplicaError("no-connections", "this replica was given no way to connect to peers");
    return connections;
  }

  /** A log ends earlier than was said: whatever was said of it is compared anew, in new sessions. */
  async #abandoned(): Promise<void> {
    const { store, hasher } = this.#options;
    this.#frontier = FrontierTree.of(await store.frontier(), hasher);
    for (const session of this.#sessions)
      session.close("log-abandoned", "a log was written twice and ends earlier now");
  }

  #problem(peer: NodeId | undefined, error: unknown): void {
    const code = codeOf(error);
    const detail =
      error instanceof Error ? (code === "internal" ? error.stack : error.message) : String(error);
    this.#options.onProblem?.(peer, code, detail ?? "");
  }
}
