import { existsSync, rmSync } from "node:fs";
import { archiveLockFile, Lock, nodeHolding } from "@jarvis-crdt/store-sqlite";
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
  const release = (): void => {
    lock.release();
    if (!existed || !existsSync(state)) rmSync(file, { force: true });
  };
  const ofArchive = Lock.take(archiveLockFile(archive));
  if (ofArchive === undefined) {
    release();
    throw running(archive);
  }
  return {
    release: () => {
      // While it is held nobody else can have it open.
      rmSync(archiveLockFile(archive), { force: true });
      ofArchive.release();
      release();
    },
  };
}

/** The same as a question that leaves no trace. */
export function refuseRunningNode(archive: string, state: string): void {
  refuseHolder(archive);
  for (const [file, what] of [
    [lockFile(state), state],
    [archiveLockFile(archive), archive],
  ] as const) {
    if (!existsSync(file)) continue;
    const lock = Lock.take(file);
    if (lock === undefined) throw running(what);
    lock.release();
  }
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
