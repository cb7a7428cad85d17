import type { Hasher } from "@jarvis-crdt/batch";
import { type FrontierEntry, type LogId, type NodeId, nodeOf } from "@jarvis-crdt/crdt";
import type { Store } from "@jarvis-crdt/store";
import { FrontierTree } from "@jarvis-crdt/sync";
import type { PeerRecord } from "./peer-record.ts";
import type { Priority } from "./schedule/interval.ts";
import { type Schedule, type SyncMode, usualPriority } from "./schedule/schedule.ts";
import { moreUrgent, type Urgencies } from "./schedule/urgencies.ts";
import type { Sessions } from "./sessions.ts";

/** Where logs reach now, and reached before. */
export type Change = ReadonlyMap<LogId, { readonly from: number; readonly through: number }>;

export interface AnnouncerParts {
  readonly store: Store;
  readonly hasher: Hasher;
  readonly sessions: Sessions;
  readonly records: ReadonlyMap<NodeId, PeerRecord>;
  readonly mode: SyncMode;
  readonly schedule: Schedule;
  readonly urgencies: Urgencies;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly onFailure: (error: unknown) => void;
}

/** Tells sessions and listeners, in order, what is stored, whoever brought it. */
export class Announcer {
  readonly #parts: AnnouncerParts;
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #unsubscribe: () => void;
  /** What is stored, as far as the sessions were told. */
  #frontier: FrontierTree;
  #announcing: Promise<void>;

  /** `begin` is given the authors of what is stored before anything is announced. */
  constructor(parts: AnnouncerParts, begin: (authors: Iterable<NodeId>) => Promise<void>) {
    const { store, hasher, onFailure } = parts;
    this.#parts = parts;
    this.#frontier = FrontierTree.of(new Map(), hasher);
    this.#announcing = store.frontier().then((frontier) => {
      this.#frontier = FrontierTree.of(frontier, hasher);
      return begin(new Set([...frontier.keys()].map(nodeOf)));
    });
    this.#unsubscribe = store.subscribe((logs) => {
      this.#announcing = this.#announcing.then(() => this.#announce(logs)).catch(onFailure);
    });
  }

  get frontier(): FrontierTree {
    return this.#frontier;
  }

  /** Resolves when everything that is stored now was announced. */
  get announced(): Promise<void> {
    return this.#announcing;
  }

  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Announces what is stored, and nothing any more. */
  async close(): Promise<void> {
    this.#unsubscribe();
    await this.#announcing;
  }

  async #announce(logs: readonly LogId[]): Promise<void> {
    const { store, records, urgencies, now } = this.#parts;
    const entries = new Map<LogId, FrontierEntry>();
    for (const log of logs) {
      const head = await store.head(log);
      if (head) entries.set(log, { seq: head.header.first + head.header.count - 1, batch: head.id });
    }
    const before = this.#frontier;
    const seqBefore = (log: LogId) => before.get(log)?.seq ?? 0;
    if (logs.some((log) => seqBefore(log) > (entries.get(log)?.seq ?? 0))) return this.#abandoned();
    const change = new Map(
      [...entries].map(([log, { seq }]) => [log, { from: seqBefore(log), through: seq }] as const),
    );
    const urgent = await urgencies.of(change);
    this.#frontier = before.with(entries);
    for (const record of records.values()) if (!record.isConnected) record.missed(seqBefore, entries, now());
    this.#push(entries, change, urgent);
    if (change.size > 0) for (const listener of this.#listeners) listener(change);
  }

  #push(
    entries: ReadonlyMap<LogId, FrontierEntry>,
    change: Change,
    urgencies: ReadonlyMap<LogId, Priority>,
  ): void {
    const { sessions, mode, schedule, now } = this.#parts;
    for (const session of sessions) {
      const peer = session.link.node;
      session.advanced(entries, mode.kind !== "eager", urgencies);
      let news = 0;
      let most: Priority | undefined;
      for (const [log, { from, through }] of change) {
        if (nodeOf(log) === peer) continue;
        news += through - from;
        most = moreUrgent(most, urgencies.get(log) ?? usualPriority(mode));
      }
      if (most !== undefined && news > 0) schedule.changed(peer, news, most, now());
    }
  }

  /** A log ends earlier than was said: whatever was said of it is compared anew, in new sessions. */
  async #abandoned(): Promise<void> {
    const { store, hasher, sessions } = this.#parts;
    this.#frontier = FrontierTree.of(await store.frontier(), hasher);
    sessions.closeAll("log-abandoned", "a log was written twice and ends earlier now");
  }
}
