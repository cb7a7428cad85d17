/** What a caller, a file or another process can cause in a store. The code is stable, the message is for people. */
export type StoreErrorCode =
  | "unknown-table"
  | "unknown-group"
  | "invalid-intent"
  | "grow-only"
  | "wrong-schema"
  | "wrong-cluster"
  | "wrong-file"
  | "regrouped"
  | "locked"
  | "clock-contradicted"
  | "closed";

/** Thrown for what callers, files and batches can cause; `code` is stable. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
