import type { Compressor, Hasher, Verifier } from "@jarvis-crdt/batch";
import type { LogId, NodeId } from "@jarvis-crdt/crdt";
import type { Store } from "@jarvis-crdt/store";
import type { SessionLimits } from "@jarvis-crdt/sync";
import type { Authority } from "./authority.ts";
import type { ClockOptions } from "./clock-judge.ts";
import type { Connections } from "./connections.ts";
import type { Direction } from "./peer-session-options.ts";
import type { Round } from "./rounds.ts";
import type { SyncMode } from "./schedule/schedule.ts";
import type { PriorityRules } from "./schedule/urgencies.ts";
import type { Spoken } from "./spoken.ts";

/** What a replica is made of: a store, who may write, cryptography, clock and event loop; the rest has defaults. */
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
