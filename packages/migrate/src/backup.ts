import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  fsyncSync,
  mkdirSync,
  openSync,
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

/** Pages copied at once; between two portions other programs may write. */
const portion = 1_000;

/**
 * Copies a database through SQLite's backup interface, checks the copy, and puts its checksum beside it. In a folder of
 * its own: the assistant deletes old files from `backups`.
 */
export async function backUp(db: ArchiveDatabase, path: string, now: number): Promise<Backup> {
  const folder = join(dirname(path), "crdt_backups");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const time = new Date(now).toISOString().replaceAll(/[-:]/g, "").replace(/\.\d+/, "");
  const target = join(folder, `${basename(path)}.before-adoption-${time}`);
  const partial = `${target}.partial`;
  rmSync(partial, { force: true });
  await db.backup(partial, { progress: () => portion });
  const copy = openArchiveDatabase(partial, { readonly: true });
  try {
    checkIntegrity(copy, partial);
  } finally {
    copy.close();
  }
  const sha256 = await hashFile(partial);
  writeFileSync(`${target}.sha256`, `${sha256}  ${basename(target)}\n`);
  flush(partial);
  renameSync(partial, target);
  flush(folder);
  return { path: target, sha256 };
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

function flush(path: string): void {
  const file = openSync(path, "r");
  fsyncSync(file);
  closeSync(file);
}
