import { existsSync } from "node:fs";
import { join } from "node:path";
import type { NodeId } from "@jarvis-crdt/crdt";
import { databaseHealth, Lock, StateCopy, stateHolder } from "@jarvis-crdt/store-sqlite";
import { BackupError } from "./backup-error.ts";
import { readManifest } from "./list-backups.ts";
import type { Manifest } from "./manifest.ts";

/** A backup's folder, and the files that it is to become. */
export interface RestoreTarget {
  readonly backup: string;
  readonly archive: string;
  readonly state: string;
  /** Of the certificate in the configuration. */
  readonly node: NodeId;
  readonly cluster: Uint8Array;
}

/** What restoring would do. */
export interface RestorePlan extends RestoreTarget {
  readonly manifest: Manifest;
  /**
   * `place` it where none is · `merge` what it has into the sound one that is there · `replace` one that is damaged, which
   * is set aside.
   */
  readonly onState: "place" | "merge" | "replace";
  /** `place` it where none is · `replace` the one that is there, which is set aside. */
  readonly onArchive: "place" | "replace";
  /** The archive that is there can be read, so what it holds and no log knows is captured first. */
  readonly captures: boolean;
}

/**
 * Looks at a backup and at where it shall go. Changes nothing.
 *
 * @throws BackupError `in-use`, `other-node`, `not-a-backup`, `damaged`
 */
export function planRestore(target: RestoreTarget): RestorePlan {
  const { archive, state, node, cluster } = target;
  const manifest = readManifest(target.backup);
  refuseRunning(state);
  if (manifest.cluster !== Buffer.from(cluster).toString("hex"))
    throw new BackupError("other-node", "the backup is of another cluster; take one of this cluster");
  if (manifest.node !== null && manifest.node !== node)
    throw new BackupError(
      "other-node",
      `the backup is of node ${manifest.node}, this is ${node}; a new machine joins with a certificate of its own and gets everything from a peer`,
    );
  const hasState = existsSync(state);
  const isSound = hasState && isUsable(state);
  return {
    ...target,
    manifest,
    onState: !hasState ? "place" : isSound ? "merge" : "replace",
    onArchive: existsSync(archive) ? "replace" : "place",
    captures: isSound && existsSync(archive) && databaseHealth(archive) === "sound",
  };
}

/** Throws BackupError `in-use`, which names the process. */
export function refuseRunning(state: string): void {
  if (!existsSync(`${state}.lock`)) return;
  const lock = Lock.take(`${state}.lock`);
  if (lock === undefined)
    throw new BackupError(
      "in-use",
      `jarvisd (${stateHolder(state)}) runs with ${state}; stop it and the assistant, then call this again`,
    );
  lock.release();
}

function isUsable(state: string): boolean {
  if (databaseHealth(state) !== "sound") return false;
  try {
    using copy = new StateCopy(state);
    return copy.cluster !== undefined;
  } catch {
    return false;
  }
}

/** Where the files of a backup lie. */
export function filesOf({ backup }: RestoreTarget): { readonly archive: string; readonly state: string } {
  return { archive: join(backup, "archive.db"), state: join(backup, "state.db") };
}
