import type { Envelope, Hasher } from "@jarvis-crdt/batch";
import type { Hlc, LogId, NodeId } from "@jarvis-crdt/crdt";
import type { Store } from "@jarvis-crdt/store";
import type { SessionLimits, Sources } from "@jarvis-crdt/sync";
import type { Authors } from "./authors.ts";
import type { Inbox } from "./inbox.ts";
import type { PeerSession } from "./peer-session.ts";
import type { Round } from "./rounds.ts";
import type { Spoken } from "./spoken.ts";

/** Of a message, as this node sees it. */
export type Direction = "sent" | "received";

export interface PeerSessionOptions {
  readonly store: Store;
  readonly authors: Authors;
  readonly inbox: Inbox;
  readonly hasher: Hasher;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly limits?: Partial<SessionLimits>;
  readonly sources: Sources;
  /** Resolves when everything that is stored now was announced to the sessions. */
  readonly announced: () => Promise<void>;
  /** Something of this peer was refused. */
  readonly onProblem: (peer: NodeId, code: string, message: string) => void;
  /** The peer said what its clock shows. */
  readonly onClock: (peer: NodeId, clock: Hlc) => void;
  /** Both sides have what the other offered when the session began. */
  readonly onSynced: (peer: NodeId) => void;
  /** A log of this node was written twice, and is abandoned; what it held is minted anew. */
  readonly onHealed: (log: LogId) => void;
  /** What this peer has of a log contradicts what is stored. */
  readonly onContradicted: (log: LogId) => void;
  /** The logs of which that was found, with any peer. */
  readonly contradicted: () => readonly LogId[];
  /** What was exchanged since the last one. */
  readonly onRound: (peer: NodeId, round: Round) => void;
  /** What the session tells about its peer may be new. */
  readonly onChange: (session: PeerSession) => void;
  /** A hollow batch of this peer waits for another member's word. */
  readonly onUnvouched: (peer: NodeId, envelope: Envelope) => void;
  /** A message came or is about to leave. */
  readonly onMessage: ((peer: NodeId, direction: Direction, message: Spoken) => void) | undefined;
  /** The answer to `ask` of this number. */
  readonly onTold: (session: PeerSession, number: number) => void;
}
