import { decodeHeader, type Envelope } from "@jarvis-crdt/batch";
import { type Frontier, type FrontierEntry, hlcAt, type LogId } from "@jarvis-crdt/crdt";
import type { SpentHere } from "@jarvis-crdt/store";
import {
  type Action,
  clockFeature,
  decodeMessage,
  encodeMessage,
  type FrontierTree,
  type Healing,
  healingFeature,
  hollowFeature,
  type Loaded,
  type Message,
  Session,
  type Vouching,
} from "@jarvis-crdt/sync";
import { Deliveries } from "./deliveries.ts";
import { problemOf } from "./error.ts";
import type { PeerLink } from "./link.ts";
import { Loads } from "./loads.ts";
import { LogHealing } from "./log-healing.ts";
import type { SessionView } from "./peer-record.ts";
import type { HeldLog } from "./peer-report.ts";
import type { PeerSessionOptions } from "./peer-session-options.ts";
import { Rounds } from "./rounds.ts";
import { type Priority, urgencyOf } from "./schedule/interval.ts";
import { spoken } from "./spoken.ts";
import { Inquiries } from "./vouching/inquiries.ts";

/** Why a session ends without anything being wrong. */
const orderly = new Set(["shutdown", "log-abandoned"]);

/** Drives one session: carries out what the state machine asks, over a link, with the store and the inbox. */
export class PeerSession implements SessionView {
  readonly link: PeerLink;
  readonly #options: PeerSessionOptions;
  readonly #session: Session;
  readonly #healing: LogHealing;
  readonly #loads: Loads;
  readonly #inquiries: Inquiries;
  readonly #deliveries: Deliveries;
  #open = true;
  /** Why the session ends was told already. */
  #reported = false;
  readonly #rounds: Rounds;

  constructor(link: PeerLink, options: PeerSessionOptions) {
    this.link = link;
    this.#options = options;
    const { store, now, limits, sources, hasher } = options;
    this.#loads = new Loads(store, hasher);
    this.#rounds = new Rounds(now());
    this.#healing = new LogHealing({
      store,
      peer: link.node,
      say: (message, schemas) => this.#say(message, schemas),
      schemasOf: (envelopes) => this.#loads.schemasOf(envelopes),
      verify: (envelope, previous) => options.inbox.verify(envelope, previous),
      onHealed: options.onHealed,
      now,
      onProblem: (code, message) => this.#report(code, message),
    });
    this.#deliveries = new Deliveries({
      inbox: options.inbox,
      peer: link.node,
      now,
      onConsumed: (envelope) => this.#start(this.#session.consumed([envelope])),
      onRefused: (log) => this.#start(this.#session.refused(log)),
      onContradicted: (log) => this.#contradicts(log),
      onUnvouched: (envelope) => options.onUnvouched(link.node, envelope),
      onProblem: (code, message) => this.#report(code, message),
    });
    this.#inquiries = new Inquiries(store, (message) => this.#say(message));
    this.#session = new Session({
      node: store.node,
      cluster: store.cluster,
      clock: () => hlcAt(now()),
      headingOf: (envelope) => decodeHeader(envelope.header),
      features: [healingFeature, hollowFeature, clockFeature],
      peer: link.node,
      sources,
      ...(limits && { limits }),
    });
  }

  get lagOperations(): number {
    return this.#session.status.lagOperations;
  }

  get missingOperations(): number {
    return this.#session.status.missing;
  }

  get synced(): boolean {
    return this.#session.status.synced;
  }

  get held(): readonly HeldLog[] {
    return [...this.#deliveries.held, ...this.#healing.held];
  }

  /** Whether the peer can be asked what is spent. */
  get vouches(): boolean {
    return this.#open && this.#session.vouches;
  }

  /** What of a log is spent at the peer, by its own word; undefined when the session ends before. */
  inquire(log: LogId, after: number): Promise<SpentHere | undefined> {
    return this.#inquiries.ask(log, after);
  }

  /** Another member has vouched for what of the log was hollow: the peer is asked for it again. */
  vouched(log: LogId): void {
    if (this.#deliveries.takeVouched(log)) this.#start(this.#session.resume(log));
  }

  get forks(): readonly LogId[] {
    return this.#session.status.forks;
  }

  /** Logs of which the peer has what contradicts what is stored. */
  get contradicted(): readonly LogId[] {
    return [...this.forks, ...this.#deliveries.contradicted];
  }

  /** Another peer's version of a log contradicts what is stored: the author is told, if he is this one. */
  tellForked(log: LogId): void {
    if (this.#open) this.#spawn(this.#healing.tell(log));
  }

  /** Operations in batches that came over this session, and of those how many were here already. */
  get sentOperations(): number {
    return this.#session.status.sentOperations;
  }

  get receivedOperations(): { readonly all: number; readonly repeated: number } {
    const { receivedOperations, repeatedOperations } = this.#session.status;
    return { all: receivedOperations, repeated: repeatedOperations };
  }

  acknowledged(log: LogId): FrontierEntry | undefined {
    return this.#session.acknowledged(log);
  }

  open(frontier: FrontierTree): Promise<void> {
    return this.#perform(this.#session.open(frontier));
  }

  /** Takes one message; resolves when the next may come. Never rejects: what is wrong ends the session. */
  async receive(bytes: Uint8Array): Promise<void> {
    try {
      const message: Message = decodeMessage(bytes);
      this.#options.onMessage?.(this.link.node, "received", spoken(message));
      // What this node has now is told before the answer that it was.
      if (message.type === "ask") await this.#options.announced();
      await this.#perform(this.#session.receive(message));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The link takes more again. */
  drained(): void {
    this.#loads.resume();
  }

  /** With `hold` the peer is not told before `flush`, except what it waits to hear. */
  advanced(entries: Frontier, hold: boolean, priorities: ReadonlyMap<LogId, Priority>): void {
    this.#deliveries.advanced(entries);
    const urgencies = new Map([...priorities].map(([log, priority]) => [log, urgencyOf(priority)]));
    this.#start(this.#session.advanced(entries, hold, urgencies));
  }

  flush(): void {
    this.#start(this.#session.flush());
  }

  ask(number: number): void {
    this.#start(this.#session.ask(number));
  }

  /** Tells the peer this node's clock, and has it tell its own. */
  compareClocks(): void {
    this.#start(this.#session.compareClocks());
  }

  /** What the peer holds of a log after a place; nothing where it does not understand, or is gone before it answered. */
  fetch(log: LogId, points: readonly FrontierEntry[]): Promise<readonly Envelope[]> {
    return this.#open && this.#session.heals ? this.#healing.fetch(log, points) : Promise.resolve([]);
  }

  /** Logs of which the peer has more than this node, and nothing speaks against taking them. */
  get awaited(): readonly LogId[] {
    return this.#session.awaited;
  }

  /** Whether this session is to bring the log. */
  brings(log: LogId): boolean {
    return this.#session.brings(log);
  }

  get outstandingLogs(): Session["outstandingLogs"] {
    return this.#session.outstandingLogs;
  }

  hasReached(log: LogId, seq: number, where: "there" | "here"): boolean {
    return this.#session.hasReached(log, seq, where);
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Asks the peer for what it has more of, unless another is to bring it. */
  consider(): void {
    this.#start(this.#session.consider());
  }

  /** Asks the peer for a log, whoever was to bring it. */
  request(log: LogId): void {
    this.#start(this.#session.request(log));
  }

  /** Wants no batches of the log from this peer for now. */
  quiet(log: LogId): void {
    this.#start(this.#session.quiet(log));
  }

  /** Asks again for what could not be judged: a clock may have come near, a certificate may have arrived. `elsewhere`: whether others offer a log. */
  retryHeld(elsewhere: (log: LogId) => boolean): void {
    for (const log of this.#deliveries.takeToAsk(elsewhere)) this.#start(this.#session.resume(log));
    this.#spawn(this.#healing.retry());
    this.#observe();
  }

  close(code: string, reason: string): void {
    this.#start(this.#session.close(code, reason));
  }

  /** The link is gone; nothing more is done for it. */
  closed(): void {
    this.#open = false;
    this.#loads.drop();
    this.#inquiries.end();
    this.#healing.end();
    this.#session.lost();
    const round = this.#rounds.end(this.#options.now());
    if (round) this.#options.onRound(this.link.node, round);
  }

  #observe(): void {
    const { phase, synced, sentOperations, receivedOperations, lagOperations, missing } =
      this.#session.status;
    if (phase !== "streaming") return;
    this.#options.onChange(this);
    const settled = synced && lagOperations === 0 && missing === 0;
    const counters = { sent: sentOperations, received: receivedOperations };
    const round = this.#rounds.observe(counters, settled, this.#options.now());
    if (round) this.#options.onRound(this.link.node, round);
  }

  async #perform(actions: readonly Action[]): Promise<void> {
    this.#observe();
    for (const action of actions) {
      if (!this.#open) return;
      switch (action.type) {
        case "send":
          this.#options.onMessage?.(this.link.node, "sent", spoken(action.message));
          if (!this.link.send(encodeMessage(action.message))) this.#loads.pause();
          break;
        case "load":
          this.#loads.schedule(() => this.#spawn(this.#load(action.log, action.after, action.maxBytes)));
          break;
        case "deliver":
          for (const envelope of action.envelopes) await this.#deliveries.deliver(envelope);
          break;
        case "certificate":
          await this.#options.authors.learn(action.node, action.der);
          break;
        case "schema":
          await this.#loads.keepSchema(action.id, action.bytes);
          break;
        case "healing":
          await this.#healing.receive(action.message);
          break;
        case "vouching":
          await this.#inquiries.receive(action.message);
          break;
        case "fork":
          this.#contradicts(action.log);
          this.#report("fork", `two versions of ${action.log} end at ${action.seq}`);
          break;
        case "synced":
          this.#options.onSynced(this.link.node);
          break;
        case "close":
          this.#open = false;
          this.#inquiries.end();
          if (!this.#reported && !orderly.has(action.code)) this.#report(action.code, action.reason);
          this.link.close(action.code, action.reason);
          break;
        case "told":
          this.#options.onTold(this, action.number);
          break;
        case "clock":
          this.#options.onClock(this.link.node, action.clock);
          break;
        case "offer":
          this.#options.onClock(this.link.node, action.clock);
          this.#spawn(this.#healing.begin(this.#options.contradicted()));
          break;
      }
    }
  }

  #contradicts(log: LogId): void {
    this.#spawn(this.#healing.contradicted(log));
    this.#options.onContradicted(log);
  }

  async #say(message: Healing | Vouching, schemas: Loaded["schemas"] = []): Promise<void> {
    for (const { id, bytes } of schemas) {
      await this.#perform(this.#session.say({ type: "schema", id, bytes }));
    }
    await this.#perform(this.#session.say(message));
  }

  async #load(log: LogId, after: number, maxBytes: number): Promise<void> {
    const loaded = await this.#loads.read(log, after, maxBytes, this.#session.vouches);
    if (this.#open) await this.#perform(this.#session.loaded(log, loaded));
  }

  #start(actions: readonly Action[]): void {
    this.#spawn(this.#perform(actions));
  }

  #spawn(work: Promise<void>): void {
    work.catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    if (!this.#open) return;
    const { code, message } = problemOf(error);
    this.#reported = true;
    this.#report(code, message);
    this.close(code, code === "internal" ? "internal error" : "refused");
  }

  #report(code: string, message: string): void {
    this.#options.onProblem(this.link.node, code, message);
  }
}
