import { existsSync } from "node:fs";
import { createArchive, mapArchive } from "@jarvis-crdt/archive";
import {
  type ArchiveDatabase,
  adoptionTable,
  capturedTables,
  hasCapture,
  installCapture,
  openArchiveDatabase,
  type TableMapping,
} from "@jarvis-crdt/store-sqlite";
import { BackFill } from "./back-fill.ts";
import { adoptionBackup, type Backup, copyArchive, discard, seal } from "./backup.ts";
import { busyMs } from "./examine.ts";
import { explained } from "./explained.ts";
import { KeyedBackFill } from "./keyed-back-fill.ts";
import { MigrateError } from "./migrate-error.ts";
import { type AdoptionPlan, type PlanOptions, planAdoption, refusalOf } from "./plan-adoption.ts";
import { removeCapture } from "./remove-capture.ts";

/** What an adoption takes beside the file: a hash, a clock, how much at once. */
export interface AdoptionOptions extends PlanOptions {
  /** BLAKE2b-256 of the concatenation of its parts. */
  readonly hash: (parts: readonly Uint8Array[]) => Uint8Array;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Rows marked in one transaction, during which the assistant waits. Default 1000: about 20 ms. */
  readonly batchSize?: number;
  readonly onProgress?: (progress: AdoptionProgress) => void;
  /** Called between two transactions, so that others can write. Default: the next turn of the event loop. */
  readonly pause?: () => Promise<void>;
  /** Ends the adoption between two transactions; calling again goes on. */
  readonly signal?: AbortSignal;
}

/** How far a step of `applyAdoption` is. */
export interface AdoptionProgress {
  readonly step: "back up" | "mark";
  /** Pages of the file, or rows of all tables. */
  readonly done: number;
  readonly total: number;
}

/** What an adoption has done. */
export interface Adoption {
  /** What the file was. */
  readonly plan: AdoptionPlan;
  /** Rows marked by this call. */
  readonly rows: number;
  /** None where nothing was to be done, or an interrupted adoption had its backup. */
  readonly backup: Backup | undefined;
  readonly ms: number;
}

/** How often a file is copied without a lock, before the assistant must wait for the copy. */
const freeCopies = 2;
const allPages = 2 ** 31 - 1;

/**
 * Adopts a legacy archive: backs it up, installs the capture in one short transaction, then marks the rows that are
 * there as "to be logged", in small ones. The assistant may go on working meanwhile. Needs no key: `jarvisd` signs the
 * rows at its first start. Killed at any moment, it goes on from there when called again; applied twice, the second
 * call does nothing.
 *
 * @throws ArchiveError `missing`, `not-sqlite`, `damaged`, `unsupported`, `foreign-trigger`; MigrateError, see `Check`;
 * the file is unchanged. MigrateError `interrupted` where the signal ended it
 */
export async function applyAdoption(options: AdoptionOptions): Promise<Adoption> {
  const { path } = options;
  const begin = performance.now();
  const plan = planAdoption(options);
  const refusal = refusalOf(plan);
  if (refusal !== undefined) throw refusal;
  const result = (rows: number, backup?: Backup): Adoption => ({
    plan,
    rows,
    backup,
    ms: performance.now() - begin,
  });
  if (plan.state === "adopted") return result(0);
  if (plan.state === "empty") {
    createArchive(path);
    return result(0);
  }

  const db = openArchiveDatabase(path, { busyMs });
  try {
    const backup = plan.state === "legacy" ? await backUpAndInstall(db, options) : await sealLast(path);
    return result(await backFill(db, mapArchive(db, options.mapping), plan.rows, options), backup);
  } catch (error) {
    throw explained(error, path);
  } finally {
    db.close();
  }
}

/**
 * The backup is the file as it is when the capture begins: a write between the two would be in neither. So the file is
 * copied anew if it changed meanwhile, and in the end while nobody else may write.
 */
async function backUpAndInstall(db: ArchiveDatabase, options: AdoptionOptions): Promise<Backup> {
  const { path, now } = options;
  const copy = (from: ArchiveDatabase, portion?: number) =>
    copyArchive(from, path, "adoption", now(), {
      ...(portion === undefined ? {} : { portion }),
      onPages: (done, total) => {
        stopIfAsked(options);
        options.onProgress?.({ step: "back up", done, total });
      },
    });
  for (let left = freeCopies; left > 0; left--) {
    const version = versionOf(db);
    const backup = await seal(await copy(db));
    const installed = db.transaction(() => versionOf(db) === version && install(db, options)).immediate();
    if (installed) return backup;
    discard(backup.path);
  }
  const reader = openArchiveDatabase(path, { readonly: true, busyMs });
  try {
    db.exec("BEGIN IMMEDIATE");
    const target = await copy(reader, allPages);
    install(db, options);
    db.exec("COMMIT");
    return await sealOrUndo(db, target);
  } finally {
    if (db.inTransaction) db.exec("ROLLBACK");
    reader.close();
  }
}

/** A copy that cannot be read back is none: without one the file stays as it was. */
async function sealOrUndo(db: ArchiveDatabase, copy: string): Promise<Backup> {
  try {
    return await seal(copy);
  } catch (error) {
    db.transaction(() => removeCapture(db)).immediate();
    throw error;
  }
}

/** A process that was killed may not have come to check its copy. */
async function sealLast(path: string): Promise<Backup | undefined> {
  const copy = adoptionBackup(path);
  return copy === undefined || existsSync(`${copy}.sha256`) ? undefined : await seal(copy);
}

/** Counts up when another program writes. */
function versionOf(db: ArchiveDatabase): number {
  return db.pragma("data_version", { simple: true }) as number;
}

/** Inside a write transaction. */
function install(db: ArchiveDatabase, { mapping }: AdoptionOptions): boolean {
  if (hasCapture(db)) return true;
  installCapture(db, mapArchive(db, mapping));
  db.exec(`CREATE TABLE ${adoptionTable}(tbl INTEGER PRIMARY KEY,last INTEGER)`);
  return true;
}

async function backFill(
  db: ArchiveDatabase,
  mappings: readonly TableMapping[],
  total: number,
  options: AdoptionOptions,
): Promise<number> {
  const pause = options.pause ?? (() => new Promise<void>((resolve) => setImmediate(resolve)));
  let rows = 0;
  for (const table of capturedTables(db, mappings)) {
    const Fill = table.naturalKey === undefined ? BackFill : KeyedBackFill;
    const fill = new Fill(db, table, options.hash);
    for (;;) {
      stopIfAsked(options);
      const step = fill.step(options.batchSize ?? 1_000);
      rows += step.marked;
      options.onProgress?.({ step: "mark", done: rows, total });
      if (step.done) break;
      await pause();
    }
    fill.close();
  }
  db.exec(`DROP TABLE ${adoptionTable}`);
  return rows;
}

function stopIfAsked({ signal, path }: AdoptionOptions): void {
  if (!signal?.aborted) return;
  throw new MigrateError(
    "interrupted",
    `the adoption of ${path} was interrupted; call this again, it goes on from there.`,
  );
}
