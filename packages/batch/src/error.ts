/** Why a batch is refused. Codes are stable; docs/wire/batch.md says for each what the receiver does. */
export type BatchErrorCode =
  | "too-large"
  | "bad-header"
  | "wrong-cluster"
  | "unknown-author"
  | "outside-certificate"
  | "bad-arithmetic"
  | "wrong-log"
  | "duplicate"
  | "gap"
  | "bad-signature"
  | "clock-ahead"
  | "fork"
  | "bad-body"
  | "bad-root";

/** What a peer or a file can cause in this package. The message is for people and holds no bytes of the input. */
export class BatchError extends Error {
  override readonly name = "BatchError";
  readonly code: BatchErrorCode;

  constructor(code: BatchErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
