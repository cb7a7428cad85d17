/** What a peer can cause in this package. Codes are stable and travel in `bye`; docs/wire/session.md explains each. */
export type SyncErrorCode =
  | "malformed"
  | "unknown-message"
  | "too-large"
  | "too-many"
  | "unexpected"
  | "version"
  | "cluster-mismatch"
  | "identity-mismatch"
  | "self"
  | "out-of-order"
  | "credit-exceeded";

/** The message is for people and is printable ASCII: nothing in it was chosen by the peer. */
export class SyncError extends Error {
  override readonly name = "SyncError";
  readonly code: SyncErrorCode;

  constructor(code: SyncErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
