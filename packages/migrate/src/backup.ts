import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
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

export interface Backup {
  readonly path: string;
  /** 64 hex digits; also in `<path>.sha256`, as `sha256sum --check` reads it. */
  readonly sha256: string;
}

/** Before what a backup was made. */
export type BackupReason = "adoption" | "rollback";

/** Pages copied at once; between two portions other programs may write. */
const portion = 1_000;

/**
 * Copies a database through SQLite's backup interface, checks the copy, and puts its checksum beside it. In a folder of
 * its own: the assistant deletes old files from `backups`. Killed, it leaves nothing that looks like a backup.
 */
export async function backUp(
  db: ArchiveDatabase,
  path: string,
  reason: BackupReason,
  now: number,
): Promise<Backup> {
  const folder = backupFolder(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  removeUnfinished(folder, path);
  const target = join(folder, `${basename(path)}.before-${reason}-${timeName(now)}`);
  const partial = `${target}.partial`;
  await db.backup(partial, { progress: () => portion });
  const copy = openArchiveDatabase(partial, { readonly: true });
  try {
    checkIntegrity(copy, partial);
  } finally {
    copy.close();
  }
  const sha256 = await hashFile(partial);
  writeFileSync(`${target}.sha256`, `${sha256}  ${basename(target)}\n`);
  flush(`${target}.sha256`);
  flush(partial);
  renameSync(partial, target);
  flush(folder);
  return { path: target, sha256 };
}

/** Where backups of this archive lie. */
export function backupFolder(path: string): string {
  return join(dirname(path), "crdt_backups");
}

/** The newest backup from before this archive's adoption, if one is there. */
export function adoptionBackup(path: string): string | undefined {
  const prefix = `${basename(path)}.before-adoption-`;
  const newest = namesIn(backupFolder(path))
    .filter((name) => name.startsWith(prefix) && /^\d{8}T\d{6}Z$/.test(name.slice(prefix.length)))
    .sort()
    .at(-1);
  return newest && join(backupFolder(path), newest);
}

/** Whether a file is what its checksum says; undefined where it has none. */
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

export function flush(path: string): void {
  const file = openSync(path, "r");
  fsyncSync(file);
  closeSync(file);
}

/** What a killed run left: without its last name it is no backup. */
function removeUnfinished(folder: string, path: string): void {
  const names = new Set(namesIn(folder));
  for (const name of names) {
    if (!name.startsWith(`${basename(path)}.before-`)) continue;
    const isLeft = /\.partial(-journal|-wal|-shm)?$/.test(name);
    const isAlone = name.endsWith(".sha256") && !names.has(name.slice(0, -".sha256".length));
    if (isLeft || isAlone) rmSync(join(folder, name), { force: true });
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
