import { randomBytes } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { createBackup, thinOut } from "@jarvis-crdt/backup";
import type { BackupWork, FromBackup } from "./compose/backup-schedule.ts";
import { version } from "./version.ts";

const { archive, state, folder, retention } = workerData as BackupWork;
const port = parentPort!;
const stop = new AbortController();
port.once("message", () => stop.abort());

/** Copying waits for disks; the node goes on meanwhile. */
async function run(): Promise<FromBackup> {
  const { path, manifest } = await createBackup({
    archive,
    state,
    folder,
    program: version,
    now: () => Date.now(),
    random: (bytes) => randomBytes(bytes),
    signal: stop.signal,
  });
  return { say: "made", path, rows: manifest.rows, removed: thinOut(folder, retention).length };
}

const answer = await run().catch((error: unknown): FromBackup => {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return { say: "failed", code: typeof code === "string" ? code : undefined, message: String(message) };
});
port.postMessage(answer);
port.close();
