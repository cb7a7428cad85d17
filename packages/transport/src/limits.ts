/** Bounds of a transport, in bytes, milliseconds and pieces. */
export interface TransportLimits {
  /** Longest record before both sides are authenticated. */
  readonly handshakeRecord: number;
  /** Longest message. */
  readonly message: number;
  /** From the first packet to the TCP connection, for a dialler. */
  readonly connectMs: number;
  /** From the TCP connection to the end of the handshake. */
  readonly handshakeMs: number;
  /** Connections that have not finished their handshake: in all, and from one address. */
  readonly halfOpen: number;
  readonly halfOpenPerAddress: number;
  readonly sessions: number;
  /** Above this queue `send` returns false. */
  readonly queueSoft: number;
  /** Above this queue the connection is closed: whoever sends did not listen. */
  readonly queueHard: number;
  /** What may pass on one connection, each way. */
  readonly bytesPerSecond: number;
  /** Silence after which a side says that it is alive; after twice as much it asks the other. */
  readonly keepAliveMs: number;
  /** Silence, or a queue that does not move, after which a connection is given up. */
  readonly idleMs: number;
  /** Age at which a connection is closed with `renew`, so that keys and certificates are exchanged anew. */
  readonly renewMs: number;
  /** How long a closed connection may take to say so to its peer. */
  readonly closeMs: number;
}

/** The limits of connections, where none are given: bytes, milliseconds and counts. */
export const transportLimits: TransportLimits = {
  handshakeRecord: 2560,
  message: 5 * 1024 * 1024,
  connectMs: 5000,
  handshakeMs: 5000,
  halfOpen: 64,
  halfOpenPerAddress: 8,
  sessions: 256,
  queueSoft: 1024 * 1024,
  queueHard: 8 * 1024 * 1024,
  bytesPerSecond: Number.POSITIVE_INFINITY,
  keepAliveMs: 30_000,
  idleMs: 90_000,
  renewMs: 24 * 60 * 60 * 1000,
  closeMs: 5000,
};
