import type { LogId, NodeId } from "@jarvis-crdt/crdt";
import type { Phase } from "./phase.ts";

/** A sequence for each log. */
export type Sequences = ReadonlyMap<LogId, number>;

/** A session as it stands now. */
export interface SessionStatus {
  readonly phase: Phase;
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
