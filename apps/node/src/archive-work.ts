import { createArchive, type MapOptions, mapArchive } from "@jarvis-crdt/archive";
import { compressor, hasher } from "@jarvis-crdt/security";
import { runArchiveWorker } from "@jarvis-crdt/store-sqlite";

/** The archive's thread from its begin to its end. */
export function workOnArchive(): void {
  runArchiveWorker({
    mapTables: (db, options) => mapArchive(db, options as MapOptions),
    create: (path) => void createArchive(path),
    compressor,
    hasher,
  });
}
