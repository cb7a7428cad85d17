import type { Backoff } from "./backoff.ts";
import type { HandshakeFactory } from "./channel.ts";
import type { Connection } from "./connection.ts";
import type { TransportLimits } from "./limits.ts";
import type { Timers } from "./timers.ts";

/** Who this node is, which peers it knows, and how connections are made and used. */
export interface PeersOptions {
  /** This node's UUID, as in its certificate. */
  readonly node: string;
  readonly handshakes: HandshakeFactory;
  /** Peers that the operator named, `host:port`. */
  readonly addresses: readonly string[];
  /** With more known peers than this, half as many are dialled and kept connected, see `chooseNeighbours`. Default 32. */
  readonly maxPeers?: number;
  /** Where to accept connections; absent: only dial. */
  readonly listen?: { readonly host: string; readonly port: number };
  /** At any time there is at most one connection to a node; a replaced one is closed before this is called. */
  readonly onConnection: (connection: Connection) => void;
  /** A dial failed or somebody was turned away, for the log; `repeated`: as the last dial to this address did. */
  readonly onRefused?: (code: string, address: string, error: unknown, repeated: boolean) => void;
  /** In [0, 1). */
  readonly random: () => number;
  readonly backoff?: Backoff;
  readonly limits?: Partial<TransportLimits>;
  readonly timers?: Timers;
}
