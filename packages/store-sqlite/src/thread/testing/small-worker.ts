import { testCrypto } from "@jarvis-crdt/batch/testing";
import { smallMappings } from "../../archive/testing/small-archive.ts";
import { runArchiveWorker } from "../archive-worker.ts";

const { compressor, hasher } = testCrypto();
runArchiveWorker({
  mapTables: () => smallMappings,
  create: (path) => {
    throw new Error(`${path} is gone`);
  },
  compressor,
  hasher,
});
