import type { Configuration } from "@jarvis-crdt/config";
import { compressor, hasher, type Trust, verifier } from "@jarvis-crdt/security";
import type { SqliteStore } from "@jarvis-crdt/store-sqlite";
import type { Logger } from "pino";
import { workerFile } from "../worker-file.ts";
import { authorityOf } from "./authority.ts";
import { BackgroundScrub } from "./background-scrub.ts";
import { BackupSchedule } from "./backup-schedule.ts";
import type { RepairDesk } from "./repair-desk.ts";

/** Bytes of the log that are read a second while nothing is wrong. */
const scrubRate = 1_000_000;

/** Undefined where the configuration wants none. */
export function startScrub(
  { storage }: Configuration,
  trust: Trust,
  repairs: RepairDesk,
  logger: Logger,
): BackgroundScrub | undefined {
  if (storage.scrub_interval === 0) return undefined;
  return new BackgroundScrub({
    state: storage.path,
    judge: () => ({ ...authorityOf(trust), hasher, verifier, compressor, until: Date.now() }),
    intervalMs: storage.scrub_interval,
    rate: scrubRate,
    repair: (places) => repairs.repair(places),
    logger,
  });
}

/** Undefined where the configuration wants none. */
export function startBackups(
  { archive, storage }: Configuration,
  { state }: SqliteStore,
  logger: Logger,
): BackupSchedule | undefined {
  if (storage.backup_interval === 0) return undefined;
  return new BackupSchedule({
    archive: archive.path,
    state: storage.path,
    folder: storage.backup_folder,
    intervalMs: storage.backup_interval,
    retention: { newest: storage.backup_keep, days: storage.backup_keep_days },
    worker: workerFile("backup"),
    frontier: () => state.frontier(),
    now: Date.now,
    logger,
  });
}
