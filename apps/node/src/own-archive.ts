import { existsSync, rmSync } from "node:fs";
import {
  archiveLockFile,
  hasCapture,
  Lock,
  nodeHolding,
  openArchiveDatabase,
  readMarker,
} from "@jarvis-crdt/store-sqlite";
import { StartError } from "./start-error.ts";

/**
 * Makes sure that no other node of this machine works with the archive. The lock ends with its process, however that
 * ends.
 *
 * @throws StartError `archive-in-use`
 */
export function takeArchive(path: string): { release(): void } {
  const file = archiveLockFile(path);
  const lock = Lock.take(file);
  if (lock !== undefined) {
    return {
      release: () => {
        rmSync(file, { force: true });
        lock.release();
      },
    };
  }
  const process = nodeHolding(path);
  const node = lastNode(path);
  const who = `node ${node ?? "that has just begun"}${process === undefined ? "" : ` (process ${process})`}`;
  throw new StartError(
    "archive-in-use",
    `${who} works with ${path}; stop it, or give this node an archive of its own in archive.path`,
  );
}

/** Whose state the archive shows. */
function lastNode(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const db = openArchiveDatabase(path, { readonly: true, busyMs: 5_000 });
  try {
    return hasCapture(db) ? (readMarker(db).node ?? undefined) : undefined;
  } finally {
    db.close();
  }
}
