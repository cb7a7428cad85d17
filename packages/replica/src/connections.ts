import type { NodeId } from "@jarvis-crdt/crdt";

/** How a replica comes to its peers; given by whoever owns the sockets, and calls `attach` for each connection. */
export interface Connections {
  /** Connects to a peer by its node id or its address; resolves with its node id once its link is attached. */
  connect(target: string): Promise<NodeId>;
  /** Closes the connections to a peer and opens none until `connect`. */
  disconnect(peer: NodeId): void;
}
