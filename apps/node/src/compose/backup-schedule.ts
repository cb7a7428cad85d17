import { statSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { listBackups, type Manifest, type Retention } from "@jarvis-crdt/backup";
import type { Logger } from "pino";
import { settledWithin } from "./settled-within.ts";

/** What one backup is made of; plain data, for the thread that makes it. */
export interface BackupWork {
  readonly archive: string;
  readonly state: string;
  readonly folder: string;
  readonly retention: Retention;
}

export type FromBackup =
  | { readonly say: "made"; readonly path: string; readonly rows: number; readonly removed: number }
  | { readonly say: "failed"; readonly code: string | undefined; readonly message: string };

export interface BackupScheduleOptions extends BackupWork {
  readonly intervalMs: number;
  readonly worker: URL;
  /** Last sequence of each log, as it is now. */
  readonly frontier: () => ReadonlyMap<string, { readonly seq: number }>;
  readonly now: () => number;
  /** How long `stop` waits for a backup under way. */
  readonly stopMs?: number;
  readonly logger: Pick<Logger, "info" | "warn" | "error">;
}

/** After a start the node has other things to do first. */
const leastWaitMs = 60_000;
/** How long a backup under way may take to clean up when the node stops. */
const stopMs = 2_000;
/** Longer waits overflow the timers of the runtime. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Makes backups at an interval from the last one that is there, whoever made it, and removes those that need not be kept.
 * Where nothing has changed since there is none to make.
 */
export class BackupSchedule {
  readonly #options: BackupScheduleOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #worker: Worker | undefined;
  #isStopped = false;

  constructor(options: BackupScheduleOptions) {
    this.#options = options;
    this.#schedule();
  }

  /**
   * Ends a backup that is under way. One that does not end in time, because the disk does not answer, is left to end by itself or
   * with the process: to terminate a thread that is in a native call can take the whole process along.
   */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    if (this.#running === undefined) return;
    this.#worker?.postMessage("stop");
    this.#worker?.unref();
    await settledWithin(this.#running, this.#options.stopMs ?? stopMs);
  }

  /** One backup now, if anything has changed since the last. */
  run(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  #schedule(): void {
    if (this.#isStopped) return;
    const { intervalMs, now } = this.#options;
    const last = this.#last();
    const due = last === undefined ? intervalMs : Date.parse(last.created) + intervalMs - now();
    const wait = Math.min(Math.max(leastWaitMs, Math.min(due, intervalMs)), longestTimerMs);
    this.#timer = setTimeout(() => void this.run().then(() => this.#schedule()), wait);
    this.#timer.unref();
  }

  #last(): Manifest | undefined {
    try {
      const newest = listBackups(this.#options.folder).find((one) => "manifest" in one);
      return newest?.manifest;
    } catch {
      // Whoever makes the next backup says what is wrong with the folder.
      return undefined;
    }
  }

  async #run(): Promise<void> {
    const { folder, logger } = this.#options;
    const said = await this.#make().catch((error: Error) => failure(error.message));
    this.#worker = undefined;
    if (said === undefined) return;
    if (said.say === "made") {
      const { path, rows, removed } = said;
      logger.info({ path, rows, removed }, "backup made");
    } else if (!this.#isStopped)
      logger.error({ code: said.code, folder }, `no backup was made: ${said.message}`);
  }

  /** Undefined where there is nothing to do. Whatever ends the thread is a failure, and the next interval tries again. */
  async #make(): Promise<FromBackup | undefined> {
    const { archive, state, folder, retention, worker: script } = this.#options;
    if (this.#isUnchanged()) return undefined;
    const workerData: BackupWork = { archive, state, folder, retention };
    const worker = new Worker(script, { workerData });
    this.#worker = worker;
    return new Promise((resolve) => {
      worker.once("message", resolve);
      worker.once("error", (error: Error) => resolve(failure(error.message)));
      worker.once("exit", (code) => resolve(failure(`its thread ended by itself, with exit code ${code}`)));
    });
  }

  /** Nothing in any log, and the archive was not written, as far as its file tells. */
  #isUnchanged(): boolean {
    const last = this.#last();
    if (last === undefined) return false;
    const frontier = [...this.#options.frontier()];
    const isSame =
      frontier.length === Object.keys(last.frontier).length &&
      frontier.every(([log, { seq }]) => last.frontier[log] === seq);
    const { archive } = this.#options;
    const written = [archive, `${archive}-wal`].map(
      (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0,
    );
    return isSame && Math.max(...written) < Date.parse(last.created);
  }
}

function failure(message: string): FromBackup {
  return { say: "failed", code: undefined, message };
}
