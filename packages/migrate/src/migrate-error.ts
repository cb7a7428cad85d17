/** Why a file is not adopted, verified or rolled back although it is sound. The code is stable, the message says what to do next. */
export type MigrateErrorCode =
  | "in-use"
  | "busy"
  | "read-only"
  | "no-space"
  | "other-node"
  | "reserved-name"
  | "depends-on-us"
  | "no-backup"
  | "bad-backup"
  | "no-state"
  | "unsupported"
  | "interrupted";

/** Thrown for what a file, a disk or another process can cause; `code` is stable. */
export class MigrateError extends Error {
  override readonly name = "MigrateError";
  readonly code: MigrateErrorCode;

  constructor(code: MigrateErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
