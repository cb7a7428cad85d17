import { smallMappings } from "../../archive/testing/small-archive.ts";
import { runArchiveWorker } from "../archive-worker.ts";

runArchiveWorker(() => smallMappings);
