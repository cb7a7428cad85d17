/** What an archive file can cause. The code is stable, the message says what to do next. */
export type ArchiveErrorCode =
  | "missing"
  | "not-sqlite"
  | "damaged"
  | "unsupported"
  | "not-adopted"
  | "not-empty"
  | "foreign-trigger"
  | "foreign"
  | "replaced";

export class ArchiveError extends Error {
  override readonly name = "ArchiveError";
  readonly code: ArchiveErrorCode;

  constructor(code: ArchiveErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
