import { statfsSync, statSync } from "node:fs";
import { uptime } from "node:os";
import { type LogId, type NodeId, nodeOf } from "@jarvis-crdt/crdt";
import { type ClockVerdict, ClockWatch } from "@jarvis-crdt/replica";

/** Something of this machine that keeps the node from its work, and what to do. */
export interface Trouble {
  /** Stable: `clock-contradicted`, `disk-failed`, `disk-full`, `archive-failing`, `reader-writes`, `state-gone`. */
  readonly code: string;
  readonly sentence: string;
  /** The next step. */
  readonly next: string;
}

/** The clock of this machine, watched; what elapses counts also while it sleeps. */
export function watchClock(now: () => number): ClockWatch {
  return new ClockWatch({ now, elapsed: () => uptime() * 1000 });
}

/** Why nothing is minted; undefined where the clock is not contradicted. */
export function clockTrouble({ kind, aheadMs, peers }: ClockVerdict, now: number): Trouble | undefined {
  if (kind !== "contradicted") return undefined;
  const [mine, theirs] = [now, now - aheadMs].map((at) => `${new Date(at).toISOString().slice(0, 19)}Z`);
  return {
    code: "clock-contradicted",
    sentence:
      `The clock of this machine says ${mine}, and ${peers.length} peers agree that it is about ${theirs}: nothing is ` +
      "written here meanwhile. What the assistant writes waits in the archive, and what peers write is shown afterwards.",
    next: "Set this machine's clock right, with NTP (timedatectl set-ntp true). Nothing has to be restarted; should the peers be wrong, set theirs.",
  };
}

/** Why nothing of peers is stored any more; undefined where the disk did what it was asked. */
export function diskTrouble(failure: unknown, path: string): Trouble | undefined {
  if (failure === undefined) return undefined;
  const { code, message } = failure as { code?: string; message?: string };
  return {
    code: "disk-failed",
    sentence:
      `The disk failed to keep what it had taken of ${path} (${code ?? message ?? "error"}): what peers send is not ` +
      "stored any more, because it could not be told from what is lost. Nothing that was acknowledged is missing.",
    next: "Look after the disk (its free space, dmesg, smartctl), then restart jarvisd: peers send again what is not there. Where it fails again, restore a backup on another disk.",
  };
}

/** With less there is no room for a transaction. */
const leastBytes = 1 << 20;

/** Bytes that may be written to the disk of a folder. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** Why nothing can be written; undefined where there is room. `folder` is the data folder. */
export function spaceTrouble(free: number, folder: string): Trouble | undefined {
  if (free >= leastBytes) return undefined;
  return {
    code: "disk-full",
    sentence:
      `The disk of ${folder} is full: writes are refused, and what peers send is not stored. Nothing that was ` +
      "acknowledged is missing.",
    next: "Free some space. Nothing has to be restarted.",
  };
}

/** Why the archive is behind and stays so; undefined where it is not, or only waits for another program. */
export function archiveTrouble(
  failure: (Error & { readonly code?: string }) | undefined,
  path: string,
): Trouble | undefined {
  if (failure === undefined) return undefined;
  const { code, message } = failure;
  const reason = message.replace(/[.;]$/, "");
  const isSpace = /^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(code ?? "");
  return {
    code: "archive-failing",
    sentence:
      `${path} cannot be kept up to date (${reason}): what peers write is stored and not shown there, and what the ` +
      "assistant writes goes nowhere yet. Nothing of either is lost.",
    next: isSpace
      ? "Free some space on its disk. Nothing has to be restarted: it is tried again every second."
      : "See to the file (jarvisctl doctor, the log of jarvisd). Nothing has to be restarted: it is tried again every second.",
  };
}

/** Why what a reader wrote is nowhere else; undefined where none of the logs is its own. */
export function readerTrouble(node: NodeId, logs: Iterable<LogId>): Trouble | undefined {
  if (![...logs].some((log) => nodeOf(log) === node)) return undefined;
  return {
    code: "reader-writes",
    sentence:
      "This node's certificate lets it read only: what is written here, by the assistant or otherwise, stays on this machine. No other node takes it.",
    next: "Keep the assistant of a reader from writing; or replace the certificate by a writer's (jarvisctl node issue --role writer), move the state file away, and what the archive holds is taken up as this node's own.",
  };
}

/** Tells whether the file that is at `path` now has been taken from there, or another been put in its place. */
export function watchFile(path: string): () => boolean {
  const { dev, ino } = statSync(path);
  return () => {
    const now = statSync(path, { throwIfNoEntry: false });
    return now?.ino !== ino || now.dev !== dev;
  };
}

/** Why the next start would not find what is written now; undefined where the state file is where it was. */
export function stateTrouble(isGone: boolean, path: string): Trouble | undefined {
  if (!isGone) return undefined;
  return {
    code: "state-gone",
    sentence:
      `${path} was deleted, moved or replaced while this node runs: what it stores now would be gone with its next start. ` +
      "Clients are refused meanwhile; what the assistant writes is in its archive, and goes to peers.",
    next: "Stop jarvisd. Put the file back if you have it, or restore a backup (jarvisctl backup list); then start jarvisd. Without either it makes a new state of what peers and the archive hold.",
  };
}
