import type { Compressor, Hasher, Verifier } from "@jarvis-crdt/batch";
import type { FrontierEntry, LogId, NodeId } from "@jarvis-crdt/crdt";
import type { Store } from "@jarvis-crdt/store";
import type { SessionLimits } from "@jarvis-crdt/sync";
import type { Authority } from "./authority.ts";
import { Authors } from "./authors.ts";
import { codeOf } from "./error.ts";
import { Inbox } from "./inbox.ts";
import type { PeerLink } from "./link.ts";
import { PeerSession } from "./peer-session.ts";

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
  /** Something was refused; `peer` is undefined where it was the store itself. */
  readonly onProblem?: (peer: NodeId | undefined, code: string, message: string) => void;
  readonly onSynced?: (peer: NodeId) => void;
}

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
  readonly #sessions = new Set<PeerSession>();
  readonly #unsubscribe: () => void;
  #announcing: Promise<void> = Promise.resolve();

  private constructor(options: ReplicaOptions) {
    this.#options = options;
    const { store, hasher, verifier, compressor, now, turn } = options;
    this.#authors = new Authors(store, options.authority);
    this.#inbox = new Inbox({
      store,
      authors: this.#authors,
      hasher,
      verifier,
      compressor,
      now,
      turn,
      onFailure: (error) => this.#problem(undefined, error),
    });
    this.#unsubscribe = store.subscribe((logs) => {
      this.#announcing = this.#announcing
        .then(() => this.#announce(logs))
        .catch((error) => this.#problem(undefined, error));
    });
  }

  static async open(options: ReplicaOptions): Promise<Replica> {
    const replica = new Replica(options);
    await replica.#authors.learn(options.store.node, options.certificate);
    return replica;
  }

  /** Begins a session over a link. The owner of the link passes on what it receives, drains and its end. */
  async attach(link: PeerLink): Promise<PeerSession> {
    const { store, hasher, now, limits, onProblem, onSynced } = this.#options;
    const session = new PeerSession(link, {
      store,
      authors: this.#authors,
      inbox: this.#inbox,
      hasher,
      now,
      ...(limits && { limits }),
      onProblem: (peer, code, message) => onProblem?.(peer, code, message),
      onSynced: (peer) => onSynced?.(peer),
    });
    // Told of changes before the frontier is read: a change in between is announced, never lost.
    this.#sessions.add(session);
    await session.open(await store.frontier());
    return session;
  }

  detach(session: PeerSession): void {
    session.closed();
    this.#sessions.delete(session);
  }

  /** How far the peer is behind this node; undefined without a session. */
  lag(peer: NodeId): SessionLag | undefined {
    for (const { link, status } of this.#sessions)
      if (link.node === peer)
        return { operations: status.lagOperations, seconds: status.lagSeconds, synced: status.synced };
    return undefined;
  }

  /** Asks all peers again for batches that could not be judged when they came; call it every few seconds. */
  retryHeld(): void {
    for (const session of this.#sessions) session.retryHeld();
  }

  /** Ends all sessions; what was received and verified is stored first. The store stays open, it is the caller's. */
  async close(): Promise<void> {
    for (const session of this.#sessions) session.close("shutdown", "this node is stopping");
    await this.#inbox.idle();
    this.#unsubscribe();
    await this.#announcing;
  }

  async #announce(logs: readonly LogId[]): Promise<void> {
    if (this.#sessions.size === 0) return;
    const entries = new Map<LogId, FrontierEntry>();
    for (const log of logs) {
      const head = await this.#options.store.head(log);
      if (head) entries.set(log, { seq: head.header.first + head.header.count - 1, batch: head.id });
    }
    for (const session of this.#sessions) session.advanced(entries);
  }

  #problem(peer: NodeId | undefined, error: unknown): void {
    const code = codeOf(error);
    const detail =
      error instanceof Error ? (code === "internal" ? error.stack : error.message) : String(error);
    this.#options.onProblem?.(peer, code, detail ?? "");
  }
}
