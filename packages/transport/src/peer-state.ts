import type { Connection } from "./connection.ts";
import type { KnownPeer } from "./known-peer.ts";

/** One peer as `Peers` sees it. */
export interface PeerState {
  /** As configured or found; of a peer that dialled us, where it came from. Undefined for a disabled node that is not here. */
  readonly address: string | undefined;
  /** Undefined until the peer was reached once. */
  readonly node: string | undefined;
  readonly name: string | undefined;
  /** `known`: not dialled, because enough others are. */
  readonly state: "connected" | "backoff" | "disabled" | "known";
  /** Code of the last failure since the peer was last connected. */
  readonly lastError: string | undefined;
  /** Of the present connection. */
  readonly traffic: Traffic | undefined;
}

/** Bytes of a connection so far, and bytes a second. */
export type Traffic = Pick<Connection, "bytesSent" | "bytesReceived" | "sendRate" | "receiveRate">;

export interface PeersNow {
  /** In the order in which they became known. */
  readonly known: readonly KnownPeer[];
  readonly connections: readonly Connection[];
  readonly disabled: ReadonlySet<string>;
  readonly stateOf: (known: KnownPeer) => PeerState["state"];
}

/** Known peers that were named, met or chosen, then those that came by themselves, then those that are kept off. */
export function peerStates({ known, connections, disabled, stateOf }: PeersNow): readonly PeerState[] {
  const byNode = new Map(connections.map((connection) => [connection.peer.node, connection]));
  const rows: PeerState[] = known
    .filter(({ configured, peer, chosen, self }) => configured || ((peer || chosen) && !self))
    .map((one) => ({
      address: one.text,
      node: one.peer?.node,
      name: one.peer?.name,
      state: stateOf(one),
      lastError: one.lastError,
      traffic: one.peer && byNode.get(one.peer.node),
    }));
  const shown = new Set(rows.map(({ node }) => node));
  for (const [node, connection] of byNode) {
    if (shown.has(node)) continue;
    shown.add(node);
    rows.push({
      ...unknown,
      address: connection.remoteAddress,
      node,
      name: connection.peer.name,
      // It is about to end where the peer was disabled a moment ago.
      state: disabled.has(node) ? "disabled" : "connected",
      traffic: connection,
    });
  }
  for (const node of disabled) if (!shown.has(node)) rows.push({ ...unknown, node, state: "disabled" });
  return rows;
}

const unknown = { address: undefined, name: undefined, lastError: undefined, traffic: undefined };
