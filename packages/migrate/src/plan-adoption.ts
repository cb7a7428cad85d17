import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { type MapOptions, mapArchive } from "@jarvis-crdt/archive";
import {
  type ArchiveDatabase,
  ArchiveError,
  type ForeignTrigger,
  foreignTriggers,
  hasCapture,
  isAdopting,
  quote,
  type TableMapping,
} from "@jarvis-crdt/store-sqlite";
import { type Check, checkEmpty, checkSubject } from "./checks.ts";
import { examine } from "./examine.ts";
import { MigrateError } from "./migrate-error.ts";

/** What adopting a file would do. Printable data. */
export interface AdoptionPlan {
  readonly path: string;
  /** `empty`: a file of 0 bytes, to be initialised · `legacy` · `interrupted`: goes on · `adopted`: nothing to do. */
  readonly state: "empty" | "legacy" | "interrupted" | "adopted";
  readonly bytes: number;
  readonly journalMode: string;
  readonly tables: readonly {
    readonly name: string;
    readonly kind: TableMapping["kind"];
    readonly rows: number;
  }[];
  /** Rows that will be marked as "to be logged". */
  readonly rows: number;
  readonly foreignTriggers: readonly ForeignTrigger[];
  /** What was looked at; one that is refused must be put right first. */
  readonly checks: readonly Check[];
  /** What it takes, roughly. */
  readonly estimate: Estimate;
  /** What will be done, in order, one sentence each. */
  readonly steps: readonly string[];
}

/** What an adoption will take, from the size of the file. */
export interface Estimate {
  /** Seconds until the rows are marked. */
  readonly seconds: number;
  /** Bytes of the backup. */
  readonly backup: number;
  /** Bytes by which the archive will have grown once `jarvisd` has signed the rows. */
  readonly archive: number;
  /** Bytes of the state file then. */
  readonly state: number;
}

/** The archive, and what is to be thought of it. */
export interface PlanOptions {
  readonly path: string;
  /** The node's state file; default: `crdt_state.db` beside the archive. */
  readonly state?: string;
  /** Accept triggers of the owner that write into replicated tables. */
  readonly allowTriggers?: boolean;
  /** What the node's configuration says of its tables: those that it declares are adopted in the same step. */
  readonly mapping?: MapOptions;
}

/**
 * Examines a file and says what adopting it would do. Changes nothing. Reads the whole file once.
 *
 * @throws ArchiveError `missing`, `not-sqlite`, `damaged`, `unsupported`
 */
export function planAdoption(options: PlanOptions): AdoptionPlan {
  return examine(options.path, (db) => planOf(db, options)) ?? emptyPlan(options);
}

/** The sentence and code of the first check that does not pass, if any. */
export function refusalOf({ checks }: AdoptionPlan): ArchiveError | MigrateError | undefined {
  const check = checks.find(({ verdict }) => verdict === "refused");
  if (check?.code === undefined) return undefined;
  const message = `${check.found}; ${check.next}, then call this again.`;
  return check.code === "foreign-trigger"
    ? new ArchiveError(check.code, message)
    : new MigrateError(check.code, message);
}

function planOf(db: ArchiveDatabase, options: PlanOptions): AdoptionPlan {
  const { path } = options;
  const bytes = statSync(path).size;
  const encoding = db.pragma("encoding", { simple: true }) as string;
  if (encoding !== "UTF-8") {
    throw new ArchiveError("unsupported", `${path} stores text as ${encoding}; convert it to UTF-8 first.`);
  }
  const mappings = mapArchive(db, options.mapping);
  const tables = mappings.map(({ name, kind }) => ({ name, kind, rows: countRows(db, name) }));
  const replicated = tables.filter(({ kind }) => kind !== "local");
  if (replicated.length === 0) {
    throw new ArchiveError("unsupported", `${path} is no Jarvis archive: it has no table archive_entries.`);
  }
  const state = !hasCapture(db) ? "legacy" : isAdopting(db) ? "interrupted" : "adopted";
  const rows = state === "adopted" ? 0 : replicated.reduce((sum, table) => sum + table.rows, 0);
  const triggers = foreignTriggers(db, mappings);
  return {
    path,
    state,
    bytes,
    journalMode: db.pragma("journal_mode", { simple: true }) as string,
    tables,
    rows,
    foreignTriggers: triggers,
    estimate: estimateOf(state, bytes, rows),
    checks: checkSubject(db, {
      path,
      state: stateOf(options),
      bytes: state === "legacy" ? bytes : 0,
      rows,
      isDone: state === "adopted",
      triggers: options.allowTriggers ? [] : triggers,
    }),
    steps: stepsOf(state, replicated, rows),
  };
}

function stepsOf(
  state: AdoptionPlan["state"],
  tables: readonly { readonly name: string }[],
  rows: number,
): string[] {
  if (state === "adopted") return [];
  const mark = `Mark ${rows} rows as to be logged; jarvisd signs them at its first start.`;
  if (state === "interrupted") return [mark];
  const names = tables.map(({ name }) => name).join(", ");
  return [
    "Back the file up, with a checksum, into crdt_backups beside it.",
    `Add six columns to archive_entries, own tables crdt_*, and triggers on ${names}, in one transaction.`,
    mark,
  ];
}

function emptyPlan(options: PlanOptions): AdoptionPlan {
  const { path } = options;
  return {
    path,
    state: "empty",
    bytes: 0,
    journalMode: "wal",
    tables: [],
    rows: 0,
    foreignTriggers: [],
    estimate: estimateOf("empty", 0, 0),
    checks: checkEmpty({ path, state: stateOf(options), bytes: 0, rows: 0, isDone: false, triggers: [] }),
    steps: ["Create the tables of an empty archive in the empty file."],
  };
}

/** Measured with what real installations wrote (docs/performance.md). */
const marksPerSecond = 25_000;
const checkedPerSecond = 80_000_000;
const archiveBytesPerRow = 270;
const stateBytesPerRow = 120;
const statePerByte = 0.18;

function estimateOf(state: AdoptionPlan["state"], bytes: number, rows: number): Estimate {
  if (state === "adopted") return { seconds: 0, backup: 0, archive: 0, state: 0 };
  return {
    seconds: Math.ceil(rows / marksPerSecond + bytes / checkedPerSecond),
    backup: state === "legacy" ? bytes : 0,
    archive: rows * archiveBytesPerRow,
    state: Math.round(rows * stateBytesPerRow + bytes * statePerByte),
  };
}

function stateOf({ path, state }: PlanOptions): string {
  return state ?? join(dirname(path), "crdt_state.db");
}

function countRows(db: ArchiveDatabase, table: string): number {
  return db
    .prepare(`SELECT count(*) FROM ${quote(table)}`)
    .pluck()
    .get() as number;
}
