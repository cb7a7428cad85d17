import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { type ArchiveDatabase, openArchiveDatabase } from "@jarvis-crdt/store-sqlite";
import { checkIntegrity } from "./integrity.ts";

/** The copy of an archive that is made before anything is changed. */
export interface Backup {
  readonly path: string;
  /** 64 hex digits; also in `<path>.sha256`, as `sha256sum --check` reads it. */
  readonly sha256: string;
}

/** Before what a backup is made. */
export type BackupReason = "adoption" | "rollback";

export interface CopyOptions {
  /** Pages copied at once; between two portions other programs may write. */
  readonly portion?: number;
  /** Called between two portions; what it throws ends the copy. */
  readonly onPages?: (done: number, total: number) => void;
}

const defaultPortion = 1_000;

/**
 * Copies a database through SQLite's backup interface, into a folder of its own: the assistant deletes old files from
 * `backups`. It counts as a backup once it is sealed. Killed, it leaves nothing that looks like one.
 *
 * @returns the copy, durable
 */
export async function copyArchive(
  db: ArchiveDatabase,
  path: string,
  reason: BackupReason,
  now: number,
  { portion = defaultPortion, onPages }: CopyOptions = {},
): Promise<string> {
  const folder = backupFolder(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  removeUnfinished(folder, path);
  const target = unusedName(join(folder, `${basename(path)}.before-${reason}-${timeName(now)}`));
  const partial = `${target}.partial`;
  try {
    await db.backup(partial, {
      progress: ({ totalPages, remainingPages }) => {
        onPages?.(totalPages - remainingPages, totalPages);
        return portion;
      },
    });
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
  flush(partial);
  renameSync(partial, target);
  flush(folder);
  return target;
}

/** Reads a copy whole, and puts its checksum beside it. */
export async function seal(path: string): Promise<Backup> {
  const copy = openArchiveDatabase(path, { readonly: true });
  try {
    checkIntegrity(copy, path);
  } finally {
    copy.close();
  }
  const sha256 = await hashFile(path);
  writeFileSync(`${path}.sha256`, `${sha256}  ${basename(path)}\n`);
  flush(`${path}.sha256`);
  flush(dirname(path));
  return { path, sha256 };
}

/** Removes a copy that the file has left behind. */
export function discard(path: string): void {
  for (const file of [path, `${path}.sha256`]) rmSync(file, { force: true });
}

/** Where backups of this archive lie. */
export function backupFolder(path: string): string {
  return join(dirname(path), "crdt_backups");
}

/** The newest copy from before this archive's adoption, if one is there. */
export function adoptionBackup(path: string): string | undefined {
  const prefix = `${basename(path)}.before-adoption-`;
  const newest = namesIn(backupFolder(path))
    .filter((name) => name.startsWith(prefix) && /^\d{8}T\d{6}Z(-\d+)?$/.test(name.slice(prefix.length)))
    .sort()
    .at(-1);
  return newest && join(backupFolder(path), newest);
}

/** Whether a backup is what its checksum says; undefined where it has none. */
export async function isUnchanged(backup: string): Promise<boolean | undefined> {
  let line: string;
  try {
    line = readFileSync(`${backup}.sha256`, "utf8");
  } catch {
    return undefined;
  }
  return line.startsWith(await hashFile(backup));
}

/** A moment as part of a file's name, in UTC. */
export function timeName(now: number): string {
  return new Date(now).toISOString().replaceAll(/[-:]/g, "").replace(/\.\d+/, "");
}

/** Makes a file, or the names in a folder, durable. */
export function flush(path: string): void {
  const file = openSync(path, "r");
  fsyncSync(file);
  closeSync(file);
}

/** The same name, or with a number where it is taken: within a second, or after the clock went back. */
export function unusedName(name: string): string {
  let free = name;
  for (let n = 2; existsSync(free); n++) free = `${name}-${n}`;
  return free;
}

/** What a killed run left. */
function removeUnfinished(folder: string, path: string): void {
  for (const name of namesIn(folder)) {
    if (name.startsWith(`${basename(path)}.before-`) && /\.partial(-journal|-wal|-shm)?$/.test(name)) {
      rmSync(join(folder, name), { force: true });
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}
