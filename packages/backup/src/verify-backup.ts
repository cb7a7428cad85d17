import { statSync } from "node:fs";
import { join } from "node:path";
import { openArchiveDatabase, StateCopy } from "@jarvis-crdt/store-sqlite";
import { BackupError } from "./backup-error.ts";
import { hashFile } from "./durable.ts";
import { readManifest } from "./list-backups.ts";
import type { Manifest } from "./manifest.ts";

export interface VerifyOptions {
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a backup whole: every byte against the manifest, both databases by SQLite's integrity check, and what the state says
 * of itself against what was written down.
 *
 * @throws BackupError `not-a-backup`, `damaged`, `interrupted`
 */
export async function verifyBackup(
  path: string,
  { onProgress, signal }: VerifyOptions = {},
): Promise<Manifest> {
  const manifest = readManifest(path);
  const files = [manifest.archive, manifest.state, ...(manifest.keys ? [manifest.keys] : [])];
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const { name, bytes, sha256 } of files) {
    const file = join(path, name);
    const size = statSync(file, { throwIfNoEntry: false })?.size;
    if (size !== bytes)
      throw damaged(file, size === undefined ? "is missing" : `has ${size} bytes instead of ${bytes}`);
    const hash = await hashFile(file, (read) => {
      if (signal?.aborted) throw new BackupError("interrupted", "interrupted");
      done += read;
      onProgress?.(done, total);
    });
    if (hash !== sha256) throw damaged(file, "was changed: its checksum is not the manifest's");
  }
  for (const file of ["archive.db", "state.db"]) checkPages(join(path, file));
  using state = new StateCopy(join(path, "state.db"));
  const frontier = Object.entries(manifest.frontier);
  const isSame =
    state.frontier.size === frontier.length &&
    frontier.every(([log, seq]) => state.frontier.get(log) === seq);
  if (!isSame) throw damaged(join(path, "state.db"), "is not the state that the manifest describes");
  return manifest;
}

function checkPages(file: string): void {
  const db = openArchiveDatabase(file, { readonly: true });
  try {
    const [finding] = db.prepare("PRAGMA quick_check(1)").pluck().all() as string[];
    if (finding !== "ok")
      throw damaged(file, `is damaged (${JSON.stringify(String(finding).slice(0, 160))})`);
  } finally {
    db.close();
  }
}

function damaged(file: string, what: string): BackupError {
  return new BackupError("damaged", `${file} ${what}; use another backup`);
}
