/** Why a backup was not made, is not usable, or is not restored. The code is stable, the message says what to do next. */
export type BackupErrorCode =
  | "no-space"
  | "busy"
  | "damaged"
  | "not-a-backup"
  | "other-node"
  | "in-use"
  | "exists"
  | "passphrase"
  | "interrupted";

/**
 * Thrown for what a disk, a file, a passphrase or another process can cause; mistakes of the caller throw anything
 * else.
 */
export class BackupError extends Error {
  override readonly name = "BackupError";
  readonly code: BackupErrorCode;

  constructor(code: BackupErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
