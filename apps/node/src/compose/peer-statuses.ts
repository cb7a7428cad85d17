import type { NodeId } from "@jarvis-crdt/crdt";
import type { Replica } from "@jarvis-crdt/replica";
import type { PeerState, Peers } from "@jarvis-crdt/transport";
import type { PeerStatus } from "../service.ts";

/** Every peer that was named, found or met, with what it lacks as far as is known here. */
export function peerStatuses(peers: Peers | undefined, replica: Replica): readonly PeerStatus[] {
  return (peers?.states() ?? []).map((state) => {
    const lag = state.node === undefined ? undefined : replica.lag(state.node);
    return {
      node: state.node ?? null,
      name: state.name ?? null,
      address: state.address ?? "",
      state: state.state,
      lag_ops: lag?.operations ?? null,
      lag_s: lag?.seconds ?? null,
      last_error: state.lastError ?? null,
      traffic: trafficOf(state),
    };
  });
}

/** A node that is known by what it wrote and has not been met. */
export function unmetPeer(node: NodeId): PeerStatus {
  return {
    node,
    name: null,
    address: "",
    state: "backoff",
    lag_ops: null,
    lag_s: null,
    last_error: null,
    traffic: null,
  };
}

function trafficOf({ traffic }: PeerState): PeerStatus["traffic"] {
  if (traffic === undefined) return null;
  return {
    bytes_sent: traffic.bytesSent,
    bytes_received: traffic.bytesReceived,
    send_rate: Math.round(traffic.sendRate),
    receive_rate: Math.round(traffic.receiveRate),
  };
}
