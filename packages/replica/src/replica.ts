import { decodeHeader } from "@jarvis-crdt/batch";
import { type Dot, type LogId, type NodeId, nodeOf } from "@jarvis-crdt/crdt";
import { Sources } from "@jarvis-crdt/sync";
import { Announcer, type Change } from "./announcer.ts";
import { Authors } from "./authors.ts";
import { ClockJudge } from "./clock-judge.ts";
import type { Connections } from "./connections.ts";
import { CounterBuffer } from "./counter-buffer.ts";
import { problemOf, ReplicaError } from "./error.ts";
import { type Exchanged, Exchanges, type Signal } from "./exchange.ts";
import { fetchBatch } from "./fetch-batch.ts";
import { Inbox } from "./inbox.ts";
import type { PeerLink } from "./link.ts";
import { PeerRecord } from "./peer-record.ts";
import type { PeerReport } from "./peer-report.ts";
import { PeerSession } from "./peer-session.ts";
import type { ReplicaOptions } from "./replica-options.ts";
import type { Priority } from "./schedule/interval.ts";
import { Schedule } from "./schedule/schedule.ts";
import { Urgencies } from "./schedule/urgencies.ts";
import { Sessions } from "./sessions.ts";
import { Members } from "./vouching/members.ts";
import { type InDoubt, Settling } from "./vouching/settling.ts";
import { Vouchers } from "./vouching/vouchers.ts";

/**
 * How far a peer is behind: operations that it has not acknowledged, since how many seconds, and whether both have had
 * the same.
 */
export interface SessionLag {
  readonly operations: number;
  readonly seconds: number;
  readonly synced: boolean;
}

/**
 * One node's replica: a store, and sessions with peers that bring it and take from it. Local writes go to the store;
 * every session is told when the store has more, whoever brought it.
 */
export class Replica {
  readonly #options: ReplicaOptions;
  readonly #authors: Authors;
  readonly #inbox: Inbox;
  readonly #sessions = new Sessions();
  readonly #records = new Map<NodeId, PeerRecord>();
  readonly #vouchers: Vouchers;
  readonly #settling: Settling;
  readonly #sources = new Sources();
  readonly #exchanges = new Exchanges();
  readonly #counters: CounterBuffer;
  readonly #schedule: Schedule;
  readonly #announcer: Announcer;
  readonly #clock: ClockJudge;

  private constructor(options: ReplicaOptions) {
    this.#options = options;
    const { store, hasher, verifier, compressor, now, turn } = options;
    this.#authors = new Authors(store, options.authority);
    const members = new Members(store.node, this.#authors, this.#sessions, now);
    this.#vouchers = new Vouchers(members, (log, giver) => this.#sessions.with(giver)?.vouched(log));
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
    const mode = options.mode ?? { kind: "eager" };
    this.#schedule = new Schedule(mode);
    this.#announcer = new Announcer(
      {
        store,
        hasher,
        sessions: this.#sessions,
        records: this.#records,
        mode,
        schedule: this.#schedule,
        urgencies: new Urgencies(options.priorities ?? {}, store, compressor),
        now,
        onFailure: (error) => this.#problem(undefined, error),
      },
      async (authors) => {
        for (const node of authors) await this.#authors.of(node);
      },
    );
  }

  static async open(options: ReplicaOptions): Promise<Replica> {
    const replica = new Replica(options);
    await replica.#announcer.announced;
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
      announced: () => this.#announcer.announced,
      onUnvouched: (giver, { header }) => {
        const heading = decodeHeader(header);
        this.#vouchers.wait(heading, giver);
        // Who still has the operations proves more than anybody can say.
        this.#sessions.offering(heading.log, giver)?.request(heading.log);
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
      // Whoever has the other version, only the author can mend it.
      onContradicted: (log) => this.#sessions.with(nodeOf(log))?.tellForked(log),
      contradicted: () => [...this.#sessions].flatMap(({ contradicted }) => contradicted),
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
    await this.#announcer.announced;
    this.#sessions.add(session);
    this.#schedule.joined(link.node, now());
    await session.open(this.#announcer.frontier);
    return session;
  }

  detach(session: PeerSession): void {
    session.closed();
    this.#sessions.delete(session);
    this.#records.get(session.link.node)?.ended(session, this.#options.now());
    this.#exchanges.ended(session);
    if (this.#sessions.with(session.link.node) === undefined) this.#schedule.left(session.link.node);
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
    const before = this.#sessions.with(peer);
    const node = before === undefined ? await this.connectTo(peer) : peer;
    await this.#announcer.announced;
    const session = this.#sessions.with(node);
    if (session === undefined) throw new ReplicaError("disconnected", `there is no session with ${node}`);
    const sent = before?.sentOperations ?? 0;
    const received = before?.receivedOperations.all ?? 0;
    return this.#exchanges.begin(session, { sent, received }, options.signal);
  }

  /** In lazy mode: has changes reach a peer as soon as this priority allows, if that is sooner than it was to be. */
  scheduleSync(peer: NodeId, priority: Priority): void {
    this.#schedule.schedule(peer, priority, this.#options.now());
  }

  /**
   * Synchronises with the peers whose time has come, looks whether the clock was set, and compares what hollow batches left
   * in doubt; call it about every second.
   */
  tick(): void {
    for (const peer of this.#schedule.due(this.#options.now())) this.#sessions.with(peer)?.flush();
    this.#clock.look(this.#sessions);
    this.#settling.run().catch((error) => this.#problem(undefined, error));
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
    return this.#announcer.subscribe(listener);
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
   * the peer that was asked for it; call it every few seconds.
   */
  retryHeld(): void {
    for (const session of this.#sessions)
      session.retryHeld((log) => this.#sessions.offering(log, session.link.node) !== undefined);
    this.#sessions.reroute(this.#sources);
  }

  /** A stored batch that is damaged here, as a connected peer has it, verified. Undefined where none has. */
  fetchBatch(log: LogId, first: number): ReturnType<typeof fetchBatch> {
    const { store, hasher } = this.#options;
    return fetchBatch(log, first, [...this.#sessions], { store, inbox: this.#inbox, hasher });
  }

  /** Ends all sessions; what was received and verified is stored first. The store stays open, it is the caller's. */
  async close(): Promise<void> {
    this.#sessions.closeAll("shutdown", "this node is stopping");
    await this.#inbox.idle();
    await this.#announcer.close();
  }

  get #connections(): Connections {
    const { connections } = this.#options;
    if (connections === undefined)
      throw new ReplicaError("no-connections", "this replica was given no way to connect to peers");
    return connections;
  }

  #problem(peer: NodeId | undefined, error: unknown): void {
    const { code, message } = problemOf(error);
    this.#options.onProblem?.(peer, code, message);
  }
}
