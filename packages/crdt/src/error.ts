/** What invalid input can cause in this package. The code is stable, the message is for people. */
export type CrdtErrorCode =
  | "invalid-log"
  | "invalid-dot"
  | "invalid-value"
  | "invalid-operation"
  | "invalid-schema"
  | "not-canonical"
  | "overflow"
  | "no-rights"
  | "too-large"
  | "truncated"
  | "clock-drift";

/** Thrown for what a peer, a file or a caller's value can cause; `code` is stable. */
export class CrdtError extends Error {
  override readonly name = "CrdtError";
  readonly code: CrdtErrorCode;

  constructor(code: CrdtErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
