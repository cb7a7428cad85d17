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
    `${folder} has ${spaceText(free)} left and this needs ${spaceText(needed)}; free some space, then call this again.`,
  );
}

export function spaceText(bytes: number): string {
  return bytes < 1e10 ? `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
