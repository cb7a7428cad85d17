/** What an archive file can cause. The code is stable, the message says what to do next. */
export type ArchiveErrorCode =
  | "not-sqlite"
  | "damaged"
  | "unsupported"
  | "not-adopted"
  | "already-adopted"
  | "reconcile-needed"
  | "replaced"
  | "too-large";

export class ArchiveError extends Error {
  override readonly name = "ArchiveError";
  readonly code: ArchiveErrorCode;

  constructor(code: ArchiveErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
