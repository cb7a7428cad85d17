import { mapArchive } from "@jarvis-crdt/archive";
import { runArchiveWorker } from "@jarvis-crdt/store-sqlite";

runArchiveWorker((db) => mapArchive(db));
