import { createArchive, type MapOptions, mapArchive } from "@jarvis-crdt/archive";
import { compressor, hasher } from "@jarvis-crdt/security";
import { runArchiveWorker } from "@jarvis-crdt/store-sqlite";

runArchiveWorker({
  mapTables: (db, options) => mapArchive(db, options as MapOptions),
  create: (path) => void createArchive(path),
  compressor,
  hasher,
});
