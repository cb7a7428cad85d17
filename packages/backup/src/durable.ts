import { createHash } from "node:crypto";
import { closeSync, createReadStream, fsyncSync, openSync, statfsSync, writeFileSync } from "node:fs";
import { BackupError } from "./backup-error.ts";

/** Makes a file, or the names in a folder, durable. */
export function flush(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

export function writeDurable(path: string, data: string | Uint8Array): void {
  writeFileSync(path, data, { mode: 0o600, flag: "wx" });
  flush(path);
}

export async function hashFile(path: string, onBytes?: (bytes: number) => void): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Uint8Array);
    onBytes?.((chunk as Uint8Array).length);
  }
  return hash.digest("hex");
}

/** Room that is left free for others. */
const reserveBytes = 16 * 1024 * 1024;

/** Throws BackupError `no-space`. */
export function requireSpace(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= bytes + reserveBytes) return;
  throw new BackupError(
    "no-space",
    `${folder} has ${megabytes(free)} left and this needs ${megabytes(bytes + reserveBytes)}; free some space, or name another folder`,
  );
}

/** What the system says where there is no room, as what to do about it; everything else as it is. */
export function asSpaceError(error: unknown, folder: string): unknown {
  const code = String((error as { code?: unknown } | null)?.code);
  if (!/^(ENOSPC|EDQUOT|SQLITE_FULL)/.test(code)) return error;
  return new BackupError(
    "no-space",
    `${folder} is full; nothing was changed: free some space, then try again`,
    {
      cause: error,
    },
  );
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
