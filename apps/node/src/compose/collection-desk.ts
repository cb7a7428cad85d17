import {
  type Authority,
  acknowledgeDue,
  acknowledgeNow,
  type Standing,
  standingOf,
} from "@jarvis-crdt/replica";
import type { Store } from "@jarvis-crdt/store";
import type { Logger } from "pino";

export interface CollectionDeskOptions {
  readonly store: Store;
  readonly authority: Authority;
  /** Whether this node may write: a reader is not waited for, and says nothing. */
  readonly writes: boolean;
  readonly leaseMs: number;
  /** Unix ms. */
  readonly now: () => number;
  readonly logger: Pick<Logger, "info" | "error">;
}

/** How often it is looked whether something is to be acknowledged; more often where leases are short. */
const longestLookMs = 3_600_000;

/** Tells the others what this node has interpreted, and how far old history may go. */
export class CollectionDesk {
  readonly #options: CollectionDeskOptions;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: CollectionDeskOptions) {
    this.#options = options;
    this.#schedule();
  }

  get leaseMs(): number {
    return this.#options.leaseMs;
  }

  standing(): Promise<Standing> {
    const { store, authority, leaseMs, now } = this.#options;
    return standingOf({ store, authority, leaseMs, now: now() });
  }

  /** Acknowledges now what has come since the last time. Returns whether there was anything. */
  async acknowledge(): Promise<boolean> {
    return this.#options.writes && acknowledgeNow(this.#options.store);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(): void {
    if (this.#isStopped) return;
    const lookMs = Math.min(longestLookMs, this.#options.leaseMs / 16);
    this.#timer = setTimeout(() => {
      this.#running = this.#look().finally(() => this.#schedule());
    }, lookMs);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const { store, now, leaseMs, writes, logger } = this.#options;
    try {
      if (writes && (await acknowledgeDue(store, now(), leaseMs)))
        logger.info("told the other members what is interpreted here");
    } catch (error) {
      logger.error({ err: error }, "what is interpreted here cannot be acknowledged");
    }
  }
}
