import { statfsSync } from "node:fs";
import { MigrateError } from "./migrate-error.ts";

/** Bytes that may still be written into a folder. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** @throws MigrateError `no-space` */
export function requireSpace(folder: string, needed: number): void {
  const free = freeBytes(folder);
  if (free >= needed) return;
  throw new MigrateError(
    "no-space",
    `${folder} has ${megabytes(free)} left and this needs ${megabytes(needed)}; free some space, then call this again.`,
  );
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
