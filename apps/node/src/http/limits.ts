/** Limits of the HTTP interface, in one place. Bytes and milliseconds. */
export const httpLimits = {
  /** Body of a request that is not an archive entry. */
  bodyBytes: 1 << 20,
  /** Body of an archive entry: a value of 20 MB as base64, with room for the rest. Larger ones come through the file. */
  entryBytes: 32 << 20,
  /** Length of the name of a counter, register or set. */
  nameCharacters: 200,
  /** Length of a type with what it nests, or of the name of an operation. */
  typeCharacters: 200,
  columns: 2000,
  elements: 1000,
  /** Nesting of a JSON value. */
  depth: 16,
  /**
   * From the first byte of a request to the last of its headers; also how long a new connection may say nothing. Much longer
   * than the node itself may be busy: it would take what it has not read for what was not sent.
   */
  headersMs: 20_000,
  /** From the first byte of a request to its last. */
  requestMs: 30_000,
  /** How often it is looked for connections whose time is over. */
  checkMs: 1_000,
  idleMs: 60_000,
  /** What requests under way have left when the node stops; it has five seconds in all. */
  closeMs: 2_000,
  connections: 256,
} as const;

/** What keeps slow and silent clients from taking all connections. Milliseconds, and how many. */
export interface ConnectionLimits {
  readonly headersMs: number;
  readonly requestMs: number;
  readonly checkMs: number;
  readonly connections: number;
}
