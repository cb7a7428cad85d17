import { closeSync, existsSync, openSync, readSync, renameSync, rmSync, statSync } from "node:fs";
import { openArchiveDatabase, sqliteCode } from "./database.ts";
import { ArchiveError } from "./error.ts";

const headerBytes = 32;
const frameHeaderBytes = 24;

/**
 * Whether the write-ahead log beside a file that nobody has open may be of an older or newer file: the file was changed after the
 * log, and lacks what the log says. SQLite asks no such question, and mixes the two. So does a file look whose log was being
 * moved into it when power or process were lost; there is no telling the two apart. O(log).
 */
export function isLogMixed(path: string): boolean {
  const [file, log] = [path, `${path}-wal`].map((at) =>
    statSync(at, { bigint: true, throwIfNoEntry: false }),
  );
  if (file === undefined || log === undefined || log.size <= headerBytes || file.ctimeNs <= log.mtimeNs)
    return false;
  const files = [openSync(path, "r"), openSync(`${path}-wal`, "r")] as const;
  try {
    return differs(...files);
  } finally {
    for (const fd of files) closeSync(fd);
  }
}

function differs(file: number, log: number): boolean {
  const header = read(log, 0, headerBytes);
  // As SQLite writes it, 1 stands for 65,536.
  const pageBytes = header.readUInt32BE(8) === 1 ? 65_536 : header.readUInt32BE(8);
  for (const [page, at] of committedPages(log, header.subarray(16, 24), pageBytes)) {
    const there = read(file, (page - 1) * pageBytes, pageBytes);
    if (!there.equals(read(log, at, pageBytes))) return true;
  }
  return false;
}

/** Where the log has the last state of each page. Format: https://www.sqlite.org/fileformat2.html#walformat */
function committedPages(log: number, salts: Buffer, pageBytes: number): ReadonlyMap<number, number> {
  const committed = new Map<number, number>();
  const open = new Map<number, number>();
  for (let at = headerBytes; ; at += frameHeaderBytes + pageBytes) {
    const frame = read(log, at, frameHeaderBytes);
    // What follows is left from before the log was begun anew.
    if (frame.length < frameHeaderBytes || !frame.subarray(8, 16).equals(salts)) break;
    open.set(frame.readUInt32BE(0), at + frameHeaderBytes);
    const pages = frame.readUInt32BE(4);
    if (pages === 0) continue;
    for (const [page, where] of open) committed.set(page, where);
    for (const page of committed.keys()) if (page > pages) committed.delete(page);
    open.clear();
  }
  return committed;
}

/**
 * Takes a log away that `isLogMixed` and does not go with its file, before anybody opens the two: SQLite would move the one
 * into the other. Returns where the log is now; undefined where it stays, because the two are sound together or the file is not
 * without it. Reads the whole file.
 */
export function setLogAside(path: string): string | undefined {
  if (isWhole(path)) return undefined;
  let aside = `${path}-wal.aside`;
  for (let n = 2; existsSync(aside); n++) aside = `${path}-wal.aside${n}`;
  renameSync(`${path}-wal`, aside);
  rmSync(`${path}-shm`, { force: true });
  if (isWhole(path)) return aside;
  renameSync(aside, `${path}-wal`);
  return undefined;
}

/** Indexes too: rows are found by them. A connection that only reads moves no log. */
function isWhole(path: string): boolean {
  try {
    const db = openArchiveDatabase(path, { readonly: true });
    try {
      return db.pragma("integrity_check(1)", { simple: true }) === "ok";
    } finally {
      db.close();
    }
  } catch (error) {
    if (error instanceof ArchiveError || sqliteCode(error).startsWith("SQLITE_CORRUPT")) return false;
    throw error;
  }
}

/** Fewer bytes at the end of the file. */
function read(fd: number, at: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  return buffer.subarray(0, readSync(fd, buffer, 0, bytes, at));
}
