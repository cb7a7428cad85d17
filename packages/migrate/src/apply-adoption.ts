import { createArchive, mapArchive } from "@jarvis-crdt/archive";
import {
  type ArchiveDatabase,
  ArchiveError,
  adoptionTable,
  asArchiveError,
  capturedTables,
  hasCapture,
  installCapture,
  openArchiveDatabase,
  type TableMapping,
} from "@jarvis-crdt/store-sqlite";
import { BackFill } from "./back-fill.ts";
import { type Backup, backUp } from "./backup.ts";
import { busyMs } from "./examine.ts";
import { type AdoptionPlan, planAdoption } from "./plan-adoption.ts";

export interface AdoptionOptions {
  readonly path: string;
  /** BLAKE2b-256 of the concatenation of its parts. */
  readonly hash: (parts: readonly Uint8Array[]) => Uint8Array;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Rows marked in one transaction, during which the assistant waits. Default 1000: about 20 ms. */
  readonly batchSize?: number;
  /** Accept triggers of the owner that write into replicated tables. */
  readonly allowTriggers?: boolean;
  readonly onProgress?: (progress: { readonly table: string; readonly rows: number }) => void;
  /** Called between two transactions, so that others can write. Default: the next turn of the event loop. */
  readonly pause?: () => Promise<void>;
}

export interface Adoption {
  /** What the file was. */
  readonly plan: AdoptionPlan;
  /** Rows marked by this call. */
  readonly rows: number;
  /** None where an interrupted adoption was finished, or nothing was to be done. */
  readonly backup: Backup | undefined;
  readonly ms: number;
}

/**
 * Adopts a legacy archive: backs it up, installs the capture in one short transaction, then marks the rows that are
 * there as "to be logged", in small ones. The assistant may go on working meanwhile. Needs no key: `jarvisd` signs the
 * rows at its first start. Killed at any moment, it goes on from there when called again; applied twice, the second
 * call does nothing.
 *
 * @throws ArchiveError `missing`, `not-sqlite`, `damaged`, `unsupported`, `foreign-trigger`; the file is unchanged
 */
export async function applyAdoption(options: AdoptionOptions): Promise<Adoption> {
  const { path, now } = options;
  const begin = performance.now();
  const plan = planAdoption(path);
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
  refuseTriggers(plan, options.allowTriggers ?? false);

  const db = openArchiveDatabase(path, { busyMs });
  try {
    const backup = plan.state === "legacy" ? await backUp(db, path, "adoption", now()) : undefined;
    const mappings = install(db);
    return result(await backFill(db, mappings, options), backup);
  } catch (error) {
    throw asArchiveError(error, path);
  } finally {
    db.close();
  }
}

function install(db: ArchiveDatabase): readonly TableMapping[] {
  if (hasCapture(db)) return mapArchive(db);
  return db
    .transaction(() => {
      const mappings = mapArchive(db);
      installCapture(db, mappings);
      db.exec(`CREATE TABLE ${adoptionTable}(tbl INTEGER PRIMARY KEY,last INTEGER)`);
      return mappings;
    })
    .immediate();
}

async function backFill(
  db: ArchiveDatabase,
  mappings: readonly TableMapping[],
  options: AdoptionOptions,
): Promise<number> {
  const pause = options.pause ?? (() => new Promise<void>((resolve) => setImmediate(resolve)));
  let total = 0;
  for (const table of capturedTables(db, mappings)) {
    const fill = new BackFill(db, table, options.hash);
    for (;;) {
      const step = fill.step(options.batchSize ?? 1_000);
      total += step.marked;
      options.onProgress?.({ table: table.mapping.name, rows: total });
      if (step.done) break;
      await pause();
    }
    fill.close();
  }
  db.exec(`DROP TABLE ${adoptionTable}`);
  return total;
}

function refuseTriggers(plan: AdoptionPlan, allowed: boolean): void {
  const trigger = plan.foreignTriggers.find(({ writesReplicated }) => writesReplicated);
  if (allowed || trigger === undefined) return;
  const name = JSON.stringify(trigger.name.slice(0, 80));
  throw new ArchiveError(
    "foreign-trigger",
    `trigger ${name} names a replicated table and would write on every node what it wrote on one; drop it or allow it.`,
  );
}
