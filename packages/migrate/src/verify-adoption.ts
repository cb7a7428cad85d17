import { existsSync } from "node:fs";
import { type MapOptions, mapArchive } from "@jarvis-crdt/archive";
import {
  type ArchiveDatabase,
  ArchiveError,
  asArchiveError,
  hasCapture,
  isAdopting,
  openArchiveDatabase,
  StateReader,
} from "@jarvis-crdt/store-sqlite";
import { adoptionBackup, isUnchanged } from "./backup.ts";
import { compareSchema } from "./compare-schema.ts";
import { countDifferences, keyOf, legacy, TableComparison } from "./difference.ts";
import { Evidence } from "./evidence.ts";
import { busyMs, examine } from "./examine.ts";
import { MigrateError } from "./migrate-error.ts";
import { type TableFindings, Tally } from "./tally.ts";

/** The files that are compared, and how strictly. */
export interface VerifyOptions {
  readonly path: string;
  /** The node's state file; what it says is left out where there is none. */
  readonly state: string;
  /** Default: the newest backup from before an adoption in `crdt_backups`. */
  readonly backup?: string;
  /** BLAKE2b-256 of the concatenation of its parts. */
  readonly hash: (parts: readonly Uint8Array[]) => Uint8Array;
  /** Nothing is explained: every difference from the backup is a finding. */
  readonly strict?: boolean;
  /** What the node's configuration says of its tables. */
  readonly mapping?: MapOptions;
  /** Rows compared in one transaction. Default 1000. */
  readonly batchSize?: number;
  readonly onProgress?: (progress: { readonly table: string; readonly rows: number }) => void;
  /** Called between two transactions, so that others can write. Default: the next turn of the event loop. */
  readonly pause?: () => Promise<void>;
}

/** What a file turned out to be, compared with the backup from before its adoption. Printable data. */
export interface Verification {
  readonly path: string;
  readonly state: "adopted" | "interrupted" | "legacy";
  readonly backup: string;
  /** Whether the state file took part. */
  readonly stateRead: boolean;
  /** Settings and objects that are not what they were, one sentence each. */
  readonly schema: readonly string[];
  readonly tables: readonly TableFindings[];
  /** At most a hundred rows that nothing accounts for, one sentence each. */
  readonly problems: readonly string[];
  readonly sound: boolean;
}

/** How often a run of rows is read again where a node works with the file meanwhile. */
const tries = 5;

/**
 * Compares every value of every row of an archive with the backup from before its adoption, by type and bytes. What
 * differs must be accounted for by the outbox or the log; every row must have an identity, and the state must know it. Changes
 * nothing, and holds no lock for longer than `batchSize` rows take; memory does not grow with the rows.
 *
 * @throws ArchiveError `missing`, `not-sqlite`, `damaged`, `unsupported`; MigrateError `no-backup`, `bad-backup`
 */
export async function verifyAdoption(options: VerifyOptions): Promise<Verification> {
  const { path } = options;
  if (examine(path, () => true) === undefined) {
    throw new ArchiveError("unsupported", `${path} is empty; there is nothing to compare.`);
  }
  const backup = await soundBackup(options);
  const db = openArchiveDatabase(path, { readonly: true, busyMs });
  const before = openArchiveDatabase(backup, { readonly: true, busyMs });
  const state = existsSync(options.state) ? new StateReader(options.state) : undefined;
  try {
    db.prepare(`ATTACH ? AS ${legacy}`).run(backup);
    const adopted = hasCapture(db);
    const tallies = await compareTables(db, before, state, options);
    const schema = compareSchema(db, adopted);
    const problems = tallies.flatMap((tally) => tally.problems).slice(0, 100);
    return {
      path,
      state: !adopted ? "legacy" : isAdopting(db) ? "interrupted" : "adopted",
      backup,
      stateRead: state !== undefined,
      schema,
      tables: tallies.map((tally) => tally.findings()),
      problems,
      sound: schema.length === 0 && tallies.every((tally) => tally.isSound) && !(adopted && isAdopting(db)),
    };
  } catch (error) {
    throw asArchiveError(error, path);
  } finally {
    state?.close();
    before.close();
    db.close();
  }
}

async function soundBackup({ path, backup = adoptionBackup(path) }: VerifyOptions): Promise<string> {
  if (backup === undefined || !existsSync(backup)) {
    throw new MigrateError(
      "no-backup",
      `there is no backup of ${path} from before an adoption${backup === undefined ? "" : ` at ${backup}`}; name one with --backup.`,
    );
  }
  if ((await isUnchanged(backup)) === false) {
    throw new MigrateError(
      "bad-backup",
      `${backup} is not what its checksum says; name another backup with --backup.`,
    );
  }
  return backup;
}

async function compareTables(
  db: ArchiveDatabase,
  backup: ArchiveDatabase,
  state: StateReader | undefined,
  options: VerifyOptions,
): Promise<Tally[]> {
  const adopted = hasCapture(db);
  const before = new Set(mapArchive(backup, options.mapping).map(({ name }) => name));
  const evidence = adopted ? new Evidence({ archive: db, backup, state, hash: options.hash }) : undefined;
  const tallies: Tally[] = [];
  let rows = 0;
  for (const mapping of mapArchive(db, options.mapping)) {
    if (!before.has(mapping.name)) continue;
    const tally = new Tally(db, mapping, evidence, state, options.strict ?? false);
    tallies.push(tally);
    const key = mapping.keyColumns === undefined ? keyOf(db, mapping.name) : undefined;
    if (key === undefined) {
      tally.addLocal(countDifferences(db, mapping.name));
      continue;
    }
    rows = await compareTable(new TableComparison(db, mapping, key), tally, rows, options, db);
  }
  return tallies;
}

async function compareTable(
  comparison: TableComparison,
  tally: Tally,
  done: number,
  options: VerifyOptions,
  db: ArchiveDatabase,
): Promise<number> {
  const pause = options.pause ?? (() => new Promise<void>((resolve) => setImmediate(resolve)));
  let rows = done;
  for (const range of comparison.ranges(options.batchSize ?? 1_000)) {
    for (let left = tries; ; left--) {
      const version = db.pragma("data_version", { simple: true });
      const part = db.transaction(() => tally.examine(comparison, range))();
      await pause();
      // A node writes its state before the archive: what does not fit now may fit a moment later.
      const isStill = db.pragma("data_version", { simple: true }) === version;
      if (part.problems.length > 0 && left > 1 && !isStill) continue;
      tally.add(part);
      rows += part.rows;
      break;
    }
    options.onProgress?.({ table: comparison.name, rows });
  }
  return rows;
}
