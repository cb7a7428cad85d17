import type { LogId, NodeId } from "@jarvis-crdt/crdt";

/** A log of which a peer has batches that cannot be taken here now. They are asked for again. */
export interface HeldLog {
  readonly log: LogId;
  /** `clock-ahead`, `unknown-author`, `forbidden`, … */
  readonly code: string;
  readonly message: string;
  /** Unix milliseconds. */
  readonly since: number;
}

/** What this process knows of a peer that it has talked to. */
export interface PeerReport {
  readonly node: NodeId;
  readonly connected: boolean;
  /** Unix milliseconds since when it is connected, or not. */
  readonly since: number;
  /** Both have what the other had when the session began; of the last session, where there is none. */
  readonly synced: boolean;
  /** Operations stored here that the peer has not said to have stored, and the age of the oldest, in seconds. */
  readonly lagOperations: number;
  readonly lagSeconds: number;
  /** Operations that the peer has said to have and that are not stored here. */
  readonly missingOperations: number;
  readonly held: readonly HeldLog[];
  /** Logs that this node and the peer know with different contents. */
  readonly forks: readonly LogId[];
  /** Why the last session ended, where something was wrong with it. */
  readonly problem: { readonly code: string; readonly message: string; readonly at: number } | undefined;
}
