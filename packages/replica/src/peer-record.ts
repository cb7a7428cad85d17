import { type Frontier, type FrontierEntry, type LogId, type NodeId, nodeOf } from "@jarvis-crdt/crdt";
import { LagClock } from "./lag-clock.ts";
import type { HeldLog, PeerReport } from "./peer-report.ts";

/** What a session tells about its peer. */
export interface SessionView {
  readonly lagOperations: number;
  readonly missingOperations: number;
  readonly synced: boolean;
  readonly held: readonly HeldLog[];
  readonly forks: readonly LogId[];
  acknowledged(log: LogId): FrontierEntry | undefined;
}

/** What is remembered of a peer beyond a session, for as long as this process runs. */
export class PeerRecord {
  readonly node: NodeId;
  readonly #lag = new LagClock();
  #session: SessionView;
  #connected = true;
  #since: number;
  #problem: PeerReport["problem"];

  constructor(node: NodeId, session: SessionView, now: number) {
    this.node = node;
    this.#session = session;
    this.#since = now;
  }

  get isConnected(): boolean {
    return this.#connected;
  }

  began(session: SessionView, now: number): void {
    if (!this.#connected) this.#since = now;
    this.#session = session;
    this.#connected = true;
  }

  ended(session: SessionView, now: number): void {
    if (this.#session !== session || !this.#connected) return;
    this.#connected = false;
    this.#since = now;
  }

  failed(code: string, message: string, now: number): void {
    this.#problem = { code, message, at: now };
  }

  /** The session has something new to tell. */
  observe(session: SessionView, now: number): void {
    if (this.#session !== session || !this.#connected) return;
    if (session.synced) this.#problem = undefined;
    this.#lag.observe(session.lagOperations, now);
  }

  /** While it was away our frontier went from `before` to `after`: what others wrote it may have from them. */
  missed(before: (log: LogId) => number, after: Frontier, now: number): void {
    let grown = 0;
    for (const [log, { seq }] of after) if (nodeOf(log) !== this.node) grown += seq - before(log);
    this.#lag.observe(this.#lag.operations + grown, now);
  }

  /** How far the peer is known to have stored a log. */
  acknowledged(log: LogId): number {
    return this.#session.acknowledged(log)?.seq ?? 0;
  }

  report(now: number): PeerReport {
    const { synced, missingOperations, held, forks } = this.#session;
    return {
      node: this.node,
      connected: this.#connected,
      since: this.#since,
      synced,
      lagOperations: this.#lag.operations,
      lagSeconds: this.#lag.seconds(now),
      missingOperations,
      held,
      forks,
      problem: this.#problem,
    };
  }
}
