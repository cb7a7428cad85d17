export interface DiskError {
  readonly kind: "full" | "failed";
  /** As the system or SQLite names it. */
  readonly code: string;
}

/** What the system or SQLite says of the disk; undefined for any other error. */
export function diskError(error: unknown): DiskError | undefined {
  const code = String((error as { code?: unknown } | null | undefined)?.code);
  if (/^(SQLITE_FULL|SQLITE_IOERR_SHMSIZE|ENOSPC|EDQUOT)$/.test(code)) return { kind: "full", code };
  if (/^(SQLITE_(IOERR|READONLY)|EIO$|EROFS$)/.test(code)) return { kind: "failed", code };
  return undefined;
}

/** For `catch`: nothing where the disk is at fault, else the error. */
export function withoutDisk(error: unknown): undefined {
  if (diskError(error) === undefined) throw error;
}
