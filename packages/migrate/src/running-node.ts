import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { Lock } from "@jarvis-crdt/store-sqlite";
import { MigrateError } from "./migrate-error.ts";

/** What keeps `jarvisd` away from an archive and its state while we change them. */
export interface Hold {
  release(): void;
}

/**
 * Makes sure that no `jarvisd` runs with this archive or state, and that none starts before `release`. The lock is the
 * one that `jarvisd` takes on its state file; where it runs with another state file, it is found as a process that has the
 * archive open, as far as the system tells.
 *
 * @throws MigrateError `in-use`
 */
export function holdNode(archive: string, state: string): Hold {
  refuseHolder(archive);
  const file = lockFile(state);
  const existed = existsSync(file);
  const lock = Lock.take(file);
  if (lock === undefined) throw running(state);
  return {
    release: () => {
      lock.release();
      if (!existed || !existsSync(state)) rmSync(file, { force: true });
    },
  };
}

/** The same as a question that leaves no trace. */
export function refuseRunningNode(archive: string, state: string): void {
  refuseHolder(archive);
  if (!existsSync(lockFile(state))) return;
  const lock = Lock.take(lockFile(state));
  if (lock === undefined) throw running(state);
  lock.release();
}

const lockFile = (state: string): string => `${state}.lock`;

function running(state: string): MigrateError {
  return new MigrateError(
    "in-use",
    `jarvisd is running with ${state}; stop it (SIGTERM), then call this again.`,
  );
}

function refuseHolder(archive: string): void {
  const pid = nodeHolding(archive);
  if (pid === undefined) return;
  throw new MigrateError(
    "in-use",
    `jarvisd (process ${pid}) has ${archive} open; stop it (SIGTERM), then call this again.`,
  );
}

/** A process of `jarvisd` that has this file open. Only Linux tells; elsewhere, and of other users, undefined. */
function nodeHolding(file: string): number | undefined {
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
    return /\bjarvisd\b|\bnode\/(dist|src)\/main\.[jt]s/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
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
