import type { NodeId } from "@jarvis-crdt/crdt";

/** A connection to an authenticated peer, as the replica sees it. */
export interface PeerLink {
  readonly node: NodeId;
  /** Sends one message; false asks to wait for `drained`. */
  send(message: Uint8Array): boolean;
  close(code: string, reason: string): void;
}
