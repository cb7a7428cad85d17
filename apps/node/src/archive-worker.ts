import { createArchive, mapArchive } from "@jarvis-crdt/archive";
import { compressor, hasher } from "@jarvis-crdt/security";
import { runArchiveWorker } from "@jarvis-crdt/store-sqlite";

runArchiveWorker({
  mapTables: (db) => mapArchive(db),
  create: (path) => void createArchive(path),
  compressor,
  hasher,
});
