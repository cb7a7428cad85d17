import { existsSync } from "node:fs";
import { join } from "node:path";
import { timeName } from "./names.ts";

/**
 * A name for a folder of what is set aside, `before-restore-20260102T030405Z`, which none of these folders has: within one
 * second, or after the clock went back, a number follows.
 */
export function asideName(reason: string, at: number, folders: readonly string[]): string {
  const name = `${reason}-${timeName(at)}`;
  let free = name;
  for (let n = 2; folders.some((folder) => existsSync(join(folder, free))); n++) free = `${name}-${n}`;
  return free;
}
