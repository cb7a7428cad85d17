import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";

/** A process of `jarvisd` that has this file open. Only Linux tells; elsewhere, and of other users, undefined. */
export function nodeHolding(file: string): number | undefined {
  let path: string;
  let pids: string[];
  try {
    path = realpathSync(file);
    pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return undefined;
  }
  return pids.map(Number).find((pid) => pid !== process.pid && isNode(pid) && hasOpen(pid, path));
}

function isNode(pid: number): boolean {
  try {
    return /\bjarvisd\b|\bnode\/(bin|dist|src)\/main\.[jt]s/.test(
      readFileSync(`/proc/${pid}/cmdline`, "utf8"),
    );
  } catch {
    return false;
  }
}

function hasOpen(pid: number, path: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`) === path;
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}
