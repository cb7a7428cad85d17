import type { Committed, Transaction } from "@jarvis-crdt/store";

interface Pending {
  sum: number;
  readonly done: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Adds increments of a counter up before they become an operation: as many as come while the store makes the ones before
 * durable. What has become an operation is never rewritten (plan §9.2: increments are merged per node).
 */
export class CounterBuffer {
  readonly #commit: (transaction: Transaction) => Promise<Committed>;
  readonly #turn: () => Promise<void>;
  #pending = new Map<string, Pending>();
  #running = false;

  /** `turn` resolves when others had their turn to add. */
  constructor(commit: (transaction: Transaction) => Promise<Committed>, turn: () => Promise<void>) {
    this.#commit = commit;
    this.#turn = turn;
  }

  /** Resolves when the increment is durable; many resolve with one. O(1). */
  add(object: string, by: number): Promise<void> {
    const pending = this.#pending.get(object);
    if (pending !== undefined && Number.isSafeInteger(pending.sum + by)) {
      pending.sum += by;
      return pending.done;
    }
    // What does not fit into one operation goes ahead of the rest alone.
    if (pending !== undefined) void this.#write([[object, pending]]);
    const { promise: done, resolve, reject } = Promise.withResolvers<void>();
    this.#pending.set(object, { sum: by, done, resolve, reject });
    if (!this.#running) void this.#run();
    return done;
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#pending.size > 0) {
      await this.#turn();
      const taken = [...this.#pending];
      this.#pending = new Map();
      await this.#write(taken);
    }
    this.#running = false;
  }

  async #write(taken: readonly (readonly [string, Pending])[]): Promise<void> {
    const intents = taken.map(([object, { sum: by }]) => ({ kind: "counter.add", object, by }) as const);
    try {
      await this.#commit({ intents });
      for (const [, { resolve }] of taken) resolve();
    } catch (error) {
      // One may be at fault: the others shall not suffer for it.
      if (taken.length > 1) for (const one of taken) await this.#write([one]);
      else for (const [, { reject }] of taken) reject(error);
    }
  }
}
