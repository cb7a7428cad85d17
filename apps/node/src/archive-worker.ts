import { mapArchive } from "@jarvis-crdt/archive";
import { compressor } from "@jarvis-crdt/security";
import { runArchiveWorker } from "@jarvis-crdt/store-sqlite";

runArchiveWorker((db) => mapArchive(db), compressor);
