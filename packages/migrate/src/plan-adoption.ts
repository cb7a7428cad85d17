import { statSync } from "node:fs";
import { mapArchive } from "@jarvis-crdt/archive";
import {
  type ArchiveDatabase,
  ArchiveError,
  hasCapture,
  isAdopting,
  quote,
  type TableMapping,
} from "@jarvis-crdt/store-sqlite";
import { examine } from "./examine.ts";
import { type ForeignTrigger, foreignTriggers } from "./foreign-trigger.ts";

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
  /** What will be done, in order, one sentence each. */
  readonly steps: readonly string[];
}

/**
 * Examines a file and says what adopting it would do. Changes nothing. Reads the whole file once.
 *
 * @throws ArchiveError `missing`, `not-sqlite`, `damaged`, `unsupported`
 */
export function planAdoption(path: string): AdoptionPlan {
  return examine(path, (db) => planOf(db, path, statSync(path).size)) ?? emptyPlan(path);
}

function planOf(db: ArchiveDatabase, path: string, bytes: number): AdoptionPlan {
  const encoding = db.pragma("encoding", { simple: true }) as string;
  if (encoding !== "UTF-8") {
    throw new ArchiveError("unsupported", `${path} stores text as ${encoding}; convert it to UTF-8 first.`);
  }
  const mappings = mapArchive(db);
  const tables = mappings.map(({ name, kind }) => ({ name, kind, rows: countRows(db, name) }));
  const replicated = tables.filter(({ kind }) => kind !== "local");
  if (replicated.length === 0) {
    throw new ArchiveError("unsupported", `${path} is no Jarvis archive: it has no table archive_entries.`);
  }
  const state = !hasCapture(db) ? "legacy" : isAdopting(db) ? "interrupted" : "adopted";
  const rows = state === "adopted" ? 0 : replicated.reduce((sum, table) => sum + table.rows, 0);
  return {
    path,
    state,
    bytes,
    journalMode: db.pragma("journal_mode", { simple: true }) as string,
    tables,
    rows,
    foreignTriggers: foreignTriggers(db, mappings),
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

function emptyPlan(path: string): AdoptionPlan {
  return {
    path,
    state: "empty",
    bytes: 0,
    journalMode: "wal",
    tables: [],
    rows: 0,
    foreignTriggers: [],
    steps: ["Create the tables of an empty archive in the empty file."],
  };
}

function countRows(db: ArchiveDatabase, table: string): number {
  return db
    .prepare(`SELECT count(*) FROM ${quote(table)}`)
    .pluck()
    .get() as number;
}
