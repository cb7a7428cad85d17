import { type Judge, scrubState } from "@jarvis-crdt/backup";
import { StateCopy } from "@jarvis-crdt/store-sqlite";
import type { Logger } from "pino";
import type { BatchPlace, Repaired } from "./repair-desk.ts";

export interface BackgroundScrubOptions {
  readonly state: string;
  readonly judge: () => Judge;
  readonly intervalMs: number;
  /** Bytes of bodies a second. */
  readonly rate: number;
  /** Puts damaged batches back, as peers have them. */
  readonly repair: (places: readonly BatchPlace[]) => Promise<Repaired>;
  readonly logger: Pick<Logger, "info" | "error">;
}

/** After a start the node has other things to do first. */
const firstMs = 600_000;
const longestTimerMs = 2 ** 31 - 1;

class Stopped extends Error {}

/**
 * Reads the log against its signatures and hashes, batch by batch and slowly, while the node works: a byte that flipped on the
 * disk is found before a peer or a restore needs it.
 */
export class BackgroundScrub {
  readonly #options: BackgroundScrubOptions;
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: BackgroundScrubOptions) {
    this.#options = options;
    this.#schedule(Math.min(firstMs, options.intervalMs));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** One pass. */
  run(): Promise<void> {
    this.#running = this.#run();
    return this.#running;
  }

  #schedule(ms: number): void {
    if (this.#stop.signal.aborted) return;
    const again = () => this.#schedule(this.#options.intervalMs);
    this.#timer = setTimeout(() => void this.run().then(again), Math.min(ms, longestTimerMs));
    this.#timer.unref();
  }

  async #run(): Promise<void> {
    const { state, judge, logger } = this.#options;
    try {
      using copy = new StateCopy(state);
      const { batches, damaged } = await scrubState(copy, judge(), { pause: (bytes) => this.#pause(bytes) });
      for (const { log, first, reason } of damaged)
        logger.error(
          { code: "log-damaged", log, first, reason },
          "a stored batch is not what its author signed; peers are asked for it",
        );
      if (damaged.length === 0) logger.info({ batches }, "the log was read and is sound");
      else await this.#repair(damaged);
    } catch (error) {
      if (!(error instanceof Stopped)) logger.error({ err: error }, "the log could not be read");
    }
  }

  async #repair(damaged: readonly BatchPlace[]): Promise<void> {
    const { repair, logger } = this.#options;
    const { repaired, left } = await repair(damaged);
    for (const place of repaired) logger.info(place, "a damaged batch was put back, as a peer has it");
    for (const place of left)
      logger.error(
        { code: "log-damaged", ...place },
        "no connected peer has a damaged batch: stop jarvisd, then jarvisctl scrub --repair",
      );
  }

  #pause(bytes: number): Promise<void> {
    const { signal } = this.#stop;
    return new Promise((resolve, reject) => {
      const stopped = () => reject(new Stopped());
      if (signal.aborted) return stopped();
      const timer = setTimeout(
        () => {
          signal.removeEventListener("abort", onAbort);
          resolve();
        },
        Math.min((bytes / this.#options.rate) * 1000, longestTimerMs),
      );
      const onAbort = () => {
        clearTimeout(timer);
        stopped();
      };
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }
}
