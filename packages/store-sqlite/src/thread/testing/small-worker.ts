import { testCrypto } from "@jarvis-crdt/batch/testing";
import { smallMappings } from "../../archive/testing/small-archive.ts";
import { runArchiveWorker } from "../archive-worker.ts";

runArchiveWorker(() => smallMappings, testCrypto().compressor);
