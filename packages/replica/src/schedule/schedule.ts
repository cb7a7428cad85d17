import type { NodeId } from "@jarvis-crdt/crdt";
import { Activity } from "./activity.ts";
import { adaptiveInterval, type Priority, priorities } from "./interval.ts";

/** When changes leave: at once; after a while that depends on their urgency and on how much happens; or by the clock. */
export type SyncMode =
  | { readonly kind: "eager" }
  | { readonly kind: "lazy"; readonly priority: Priority }
  | { readonly kind: "scheduled"; readonly intervalMs: number };

/** How urgent a change is of which nothing else was said. */
export function usualPriority(mode: SyncMode): Priority {
  return mode.kind === "lazy" ? mode.priority : "normal";
}

interface Entry {
  at: number;
  priority: Priority;
}

/** With which peer to synchronise when. Holds one entry for each peer, the earliest. Times are Unix milliseconds. */
export class Schedule {
  readonly #mode: SyncMode;
  readonly #queue = new Map<NodeId, Entry>();
  readonly #activities = new Map<NodeId, Activity>();

  constructor(mode: SyncMode) {
    this.#mode = mode;
  }

  /** A session with a peer begins: it brings both what they have. */
  joined(peer: NodeId, now: number): void {
    if (this.#mode.kind !== "scheduled") return;
    this.#queue.set(peer, { at: now + this.#mode.intervalMs, priority: "normal" });
  }

  left(peer: NodeId): void {
    this.#queue.delete(peer);
  }

  /** This node has so many operations that the peer may lack, of this priority. */
  changed(peer: NodeId, operations: number, priority: Priority, now: number): void {
    if (this.#mode.kind !== "lazy") return;
    const activity = this.#activities.get(peer) ?? new Activity();
    activity.add(operations, now);
    this.#activities.set(peer, activity);
    this.schedule(peer, priority, now);
  }

  /** Synchronise with a peer by the time its priority allows, or earlier where that was decided before. */
  schedule(peer: NodeId, priority: Priority, now: number): void {
    const activities = this.#activities.get(peer)?.recent(now) ?? 0;
    const at = now + adaptiveInterval(priority, activities) * 1000;
    const before = this.#queue.get(peer);
    if (before === undefined || at < before.at) this.#queue.set(peer, { at, priority });
  }

  /** The peers whose time has come, the most urgent first. */
  due(now: number): readonly NodeId[] {
    const due = [...this.#queue].filter(([, { at }]) => at <= now);
    due.sort(([, a], [, b]) => rank(a) - rank(b) || a.at - b.at);
    for (const [peer] of due) {
      this.#queue.delete(peer);
      this.joined(peer, now);
    }
    return due.map(([peer]) => peer);
  }
}

function rank({ priority }: Entry): number {
  return priorities.indexOf(priority);
}
