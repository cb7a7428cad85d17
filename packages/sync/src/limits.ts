/** Bounds of one session. Bytes unless said otherwise. */
export interface SessionLimits {
  /** Batches that the peer may have sent us and we have not stored yet. */
  readonly window: number;
  /** Largest batch by `batchCost`. At most three quarters of the window, else the largest batch could never be sent. */
  readonly maxBatch: number;
  /** Bytes of one log that are loaded at a time; logs take turns of this size. */
  readonly quantum: number;
  /** Loads that may be outstanding at once. */
  readonly maxLoads: number;
  /** Logs that a peer may name. */
  readonly maxLogs: number;
  /** Certificates, and schemas, that a peer may send in one session: each. */
  readonly maxAttachments: number;
  /** Entries in one `have` or `ack`. */
  readonly page: number;
}

/** The limits of a session, where none are given. */
export const sessionLimits: SessionLimits = {
  window: 8 * 1024 * 1024,
  maxBatch: 4.5 * 1024 * 1024,
  quantum: 256 * 1024,
  maxLoads: 4,
  maxLogs: 100_000,
  maxAttachments: 10_000,
  page: 2000,
};

/** Bounds of one message, the same for everybody: they are part of the wire format. */
export const messageLimits = {
  /** An encoded message. */
  bytes: 5 * 1024 * 1024,
  depth: 4,
  elements: 16_384,
  entries: 2000,
  /** Places of a log in `history`, and batches in `shown`. */
  points: 64,
  shown: 256,
  /** Runs, overwritten parts, and names of column groups in `spent`: each. Bytes of such a name. */
  spent: 2000,
  group: 1024,
  header: 1024,
  certificate: 2048,
  schema: 256 * 1024,
  rawLength: 4.5 * 1024 * 1024,
  features: 32,
  text: 200,
  /** Digits of a place in a frontier tree. */
  prefix: 64,
  /** Largest single grant of credit. */
  credit: 2 ** 30,
} as const;
