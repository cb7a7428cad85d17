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

/** Thrown for what an archive's file, its tables or another program can cause; `code` is stable. */
export class ArchiveError extends Error {
  override readonly name = "ArchiveError";
  readonly code: ArchiveErrorCode;

  constructor(code: ArchiveErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
