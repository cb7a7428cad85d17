import { accessSync, closeSync, constants, existsSync, openSync, readSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { ForeignTrigger } from "@jarvis-crdt/store-sqlite";
import { type ArchiveDatabase, hasCapture, readMarker, stampColumns } from "@jarvis-crdt/store-sqlite";
import { MigrateError, type MigrateErrorCode } from "./migrate-error.ts";
import { refuseRunningNode } from "./running-node.ts";
import { freeBytes, spaceText } from "./space.ts";
import { nodeOfState } from "./state-node.ts";

/** One thing that was looked at before anything is changed. Printable data. */
export interface Check {
  readonly name: string;
  readonly verdict: "passed" | "warning" | "refused";
  /** What was found. */
  readonly found: string;
  /** What to do about it; only where it did not pass. */
  readonly next?: string;
  /** Of the error that refuses. */
  readonly code?: MigrateErrorCode | "foreign-trigger";
}

/** A file as it is before an adoption. */
export interface Subject {
  readonly path: string;
  readonly state: string;
  readonly bytes: number;
  /** Rows to be marked. */
  readonly rows: number;
  readonly isDone: boolean;
  readonly triggers: readonly ForeignTrigger[];
}

/** The file grows by so much for each adopted row, before `jarvisd` reads the marks. */
const bytesPerMark = 120;
/** Room for SQLite's journal of a transaction, and for luck. */
const spareBytes = 16 << 20;
/** Row values in triggers (https://www.sqlite.org/rowvalue.html). */
const oldestSqlite = 3_015_000;

/** Everything that must hold before a sound file is adopted. Changes nothing. */
export function checkSubject(db: ArchiveDatabase, subject: Subject): Check[] {
  return [
    { name: "integrity", verdict: "passed", found: "every page and index is sound" },
    checkWritable(subject),
    checkSpace(subject),
    checkJournal(db),
    checkVersion(subject),
    checkNames(db),
    checkTriggers(subject),
    checkOwner(db, subject),
    checkRunning(subject),
  ];
}

/** What must hold for an empty file. */
export function checkEmpty(subject: Subject): Check[] {
  return [checkWritable(subject), checkSpace(subject), checkRunning(subject)];
}

function checkWritable({ path }: Subject): Check {
  const name = "permission";
  try {
    accessSync(path, constants.W_OK);
    accessSync(dirname(path), constants.W_OK);
    return { name, verdict: "passed", found: "file and folder may be written" };
  } catch {
    return refused(
      name,
      "read-only",
      `${path} or its folder may not be written`,
      "run this as the user who owns them",
    );
  }
}

function checkSpace({ path, bytes, rows }: Subject): Check {
  const needed = bytes + rows * bytesPerMark + spareBytes;
  const free = freeBytes(dirname(path));
  const found = `${spaceText(free)} free, ${spaceText(needed)} needed`;
  return free >= needed
    ? { name: "free space", verdict: "passed", found }
    : refused("free space", "no-space", found, "free some space in its folder");
}

function checkJournal(db: ArchiveDatabase): Check {
  const name = "journal mode";
  const mode = db.pragma("journal_mode", { simple: true }) as string;
  if (mode !== "wal") return { name, verdict: "passed", found: `${mode}, and stays so` };
  return {
    name,
    verdict: "warning",
    found: "wal, and stays so",
    next: "plain copies of the file miss what is still in its -wal: let the assistant back it up",
  };
}

/** The header says which SQLite wrote last: the assistant's, in which our triggers will run. */
function checkVersion({ path }: Subject): Check {
  const name = "SQLite";
  const header = Buffer.alloc(100);
  const file = openSync(path, "r");
  readSync(file, header, 0, 100, 0);
  closeSync(file);
  const version = header.readUInt32BE(96);
  const format = header.readUInt32BE(44);
  const text = `${Math.floor(version / 1_000_000)}.${Math.floor(version / 1000) % 1000}.${version % 1000}`;
  const found = `schema format ${format}, last written by SQLite ${version === 0 ? "unknown" : text}`;
  return version === 0 || version >= oldestSqlite
    ? { name, verdict: "passed", found }
    : refused(name, "unsupported", found, "use the assistant with SQLite 3.15 or newer");
}

/** Whatever is called `crdt_…` in an adopted file goes when the adoption is undone. */
function checkNames(db: ArchiveDatabase): Check {
  const name = "names";
  const passed: Check = { name, verdict: "passed", found: "nothing else is called crdt_…" };
  if (hasCapture(db)) return passed;
  const object = db
    .prepare("SELECT type||' '||name FROM sqlite_schema WHERE name GLOB 'crdt_*'")
    .pluck()
    .get();
  const columns = db
    .prepare("SELECT name FROM pragma_table_info('archive_entries')")
    .pluck()
    .all() as string[];
  const column = columns.find((one) => (stampColumns as readonly string[]).includes(one));
  const taken = (object as string | undefined) ?? (column && `column archive_entries.${column}`);
  if (taken === undefined) return passed;
  return refused(
    name,
    "reserved-name",
    `the file has a ${taken.slice(0, 80)} that is not ours`,
    "rename it: names that begin with crdt_ are ours",
  );
}

function checkTriggers({ triggers }: Subject): Check {
  const name = "foreign triggers";
  const risky = triggers.find(({ writesReplicated }) => writesReplicated);
  if (risky !== undefined) {
    return refused(
      name,
      "foreign-trigger",
      `trigger ${JSON.stringify(risky.name.slice(0, 80))} names a replicated table and would write on every node what it wrote on one`,
      "drop it or allow it (--allow-trigger)",
    );
  }
  if (triggers.length === 0) return { name, verdict: "passed", found: "none on replicated tables" };
  return {
    name,
    verdict: "warning",
    found: `${triggers.length} on replicated tables`,
    next: "they will also fire for rows that other nodes wrote",
  };
}

function checkOwner(db: ArchiveDatabase, { state, isDone }: Subject): Check {
  const name = "node";
  const owner = hasCapture(db) ? readMarker(db).node : null;
  const mine = nodeOfState(state);
  if (owner === null) {
    if (mine === undefined || isDone)
      return { name, verdict: "passed", found: "no node has used the file yet" };
    return {
      name,
      verdict: "warning",
      found: `${basename(state)} is there already, of node ${mine}`,
      next: "its rows will be matched with those of the file; move it away to begin anew",
    };
  }
  if (owner === mine) return { name, verdict: "passed", found: `the file belongs to node ${owner}` };
  return refused(
    name,
    "other-node",
    `the file was used by node ${owner}, and ${state} is ${mine !== undefined ? `of node ${mine}` : existsSync(state) ? "not the state of a node" : "not there"}`,
    "name that node's state file with --state; a copy from another machine is not adopted: start with an empty file and join",
  );
}

function checkRunning({ path, state, isDone }: Subject): Check {
  const name = "jarvisd";
  if (isDone) return { name, verdict: "passed", found: "may run" };
  try {
    refuseRunningNode(path, state);
    return { name, verdict: "passed", found: "not running" };
  } catch (error) {
    if (!(error instanceof MigrateError)) throw error;
    return refused(name, "in-use", `it runs with ${state} or this file`, "stop it (SIGTERM)");
  }
}

function refused(name: string, code: NonNullable<Check["code"]>, found: string, next: string): Check {
  return { name, verdict: "refused", found, next, code };
}
