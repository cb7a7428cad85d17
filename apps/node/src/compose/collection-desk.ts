import type { Dot } from "@jarvis-crdt/crdt";
import {
  acknowledgeDue,
  acknowledgeNow,
  type CollectingOptions,
  collecting,
  holdersOf,
  type KnownMember,
  type Standing,
  type StandingOptions,
  standingOf,
} from "@jarvis-crdt/replica";
import type { Logger } from "pino";
import { ServiceError } from "../service.ts";

export interface CollectionDeskOptions extends CollectingOptions {
  /** Whether old history goes by itself; told what it has, everybody is in either case. */
  readonly isOn: boolean;
  /** Whether this node may write: a reader is not waited for, and says nothing. */
  readonly writes: boolean;
  /** Whether the archive shows everything: before that nothing goes. */
  readonly isQuiet: () => boolean;
  readonly logger: Pick<Logger, "info" | "error">;
}

/** What a run came to. */
export interface CollectionRun {
  readonly acknowledged: boolean;
  readonly batches: number;
  readonly operations: number;
  readonly bytes: number;
  /** It has not looked at everything yet: the next run goes on. */
  readonly isPartial: boolean;
}

/** How often it is looked whether there is something to do; more often where leases are short. */
const longestLookMs = 3_600_000;
/** After each page others get so many times as long. */
const restFactor = 4;
/** How long one request may take. */
const runMs = 5_000;
const quietMs = 100;

/** Tells the other members what this node has interpreted, and throws old history away that nobody needs any more. */
export class CollectionDesk {
  readonly #options: CollectionDeskOptions;
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> = Promise.resolve();
  /** Where the last run was interrupted. */
  #from: Dot | undefined;

  constructor(options: CollectionDeskOptions) {
    this.#options = options;
    this.#schedule();
  }

  get leaseMs(): number {
    return this.#options.leaseMs;
  }

  get isOn(): boolean {
    return this.#options.isOn;
  }

  standing(): Promise<Standing> {
    return standingOf(this.#question());
  }

  /** Whom old history is waiting for, those first that were not heard of for longest. O(members × logs). */
  holders(): Promise<readonly KnownMember[]> {
    return holdersOf(this.#question());
  }

  /** Acknowledges what has come, and collects for some seconds. Throws ServiceError `not-ready`. */
  run(): Promise<CollectionRun> {
    const run = this.#run();
    this.#running = Promise.allSettled([this.#running, run]);
    return run;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  #question(): StandingOptions {
    const { store, authority, leaseMs, now } = this.#options;
    return { store, authority, leaseMs, now: now() };
  }

  #schedule(): void {
    if (this.#stop.signal.aborted) return;
    const lookMs = Math.min(longestLookMs, this.#options.leaseMs / 16);
    this.#timer = setTimeout(() => {
      const look = this.#look().finally(() => this.#schedule());
      this.#running = Promise.allSettled([this.#running, look]);
    }, lookMs);
    this.#timer.unref();
  }

  async #run(): Promise<CollectionRun> {
    const { store, writes } = this.#options;
    const acknowledged = writes && (await acknowledgeNow(store));
    return { acknowledged, ...(await this.#collect(performance.now() + runMs, 0)) };
  }

  async #look(): Promise<void> {
    const { store, now, leaseMs, writes, isOn, logger } = this.#options;
    try {
      if (writes && (await acknowledgeDue(store, now(), leaseMs)))
        logger.info("told the other members what is interpreted here");
      if (!isOn) return;
      const { batches, operations, bytes } = await this.#collect(Number.POSITIVE_INFINITY, restFactor);
      if (batches > 0)
        logger.info({ batches, operations, bytes }, "old history of which nothing lives was thrown away");
    } catch (error) {
      if (!this.#stop.signal.aborted) logger.error({ err: error }, "old history cannot be thrown away");
    }
  }

  async #collect(until: number, rest: number): Promise<Omit<CollectionRun, "acknowledged">> {
    const { store, isQuiet } = this.#options;
    const sum = { batches: 0, operations: 0, bytes: 0 };
    while (!isQuiet()) {
      if (performance.now() > until) throw new ServiceError("not-ready", notQuiet);
      await this.#pause(quietMs);
    }
    // What the digest has not taken in yet does not go.
    await store.digest();
    let began = performance.now();
    for await (const page of collecting(this.#options, this.#from)) {
      sum.batches += page.batches;
      sum.operations += page.operations;
      sum.bytes += page.bytes;
      this.#from = page.next;
      if (page.isPutOff) return { ...sum, isPartial: true };
      await this.#pause((performance.now() - began) * rest);
      if (page.next !== undefined && (performance.now() > until || !isQuiet()))
        return { ...sum, isPartial: true };
      began = performance.now();
    }
    return { ...sum, isPartial: false };
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#stop;
    return new Promise((resolve, reject) => {
      const stopped = () => {
        clearTimeout(timer);
        reject(new ServiceError("not-ready", "the node is stopping"));
      };
      const timer = setTimeout(() => {
        signal.removeEventListener("abort", stopped);
        resolve();
      }, ms);
      if (signal.aborted) stopped();
      else signal.addEventListener("abort", stopped, { once: true });
    });
  }
}

const notQuiet =
  "the archive does not show everything yet, and what it shows still is read from the log; try again, jarvisctl why tells more";
