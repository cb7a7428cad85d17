import {
  type Batch,
  BatchError,
  type BatchHeader,
  type Compressor,
  decodeHeader,
  type Envelope,
  type Hasher,
  isHollow,
  type LogHead,
  type Verifier,
  verifyBatch,
} from "@jarvis-crdt/batch";
import { driftBound, hlcAt, type LogId, type NodeId, nodeOf } from "@jarvis-crdt/crdt";
import type { Store } from "@jarvis-crdt/store";
import type { Authors } from "./authors.ts";
import { ReplicaError } from "./error.ts";
import { checkProofs } from "./fork-proofs.ts";

/**
 * What one transaction of the store takes at most. Large ones while catching up make a first sync fast; larger ones
 * keep everybody else waiting who wants something of the store, above all the archive.
 */
const applyOperations = 2_000;
const applyBytes = 16 * 1024 * 1024;

interface Queued {
  readonly batch: Batch;
  /** Tells the session that brought it that nothing of it is held here any more. */
  readonly release: (outcome: Outcome) => void;
}

/** What became of an envelope: `stored` also where it was stored before, `refused` where its log cannot go on. */
export type Outcome = "stored" | "refused";

export interface InboxOptions {
  readonly store: Store;
  readonly authors: Authors;
  readonly hasher: Hasher;
  readonly verifier: Verifier;
  readonly compressor: Compressor;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Whether a hollow batch that this node sent may be taken. */
  readonly isVouched: (header: BatchHeader, giver: NodeId) => boolean;
  /** Resolves after pending input was looked at: one turn of the event loop. */
  readonly turn: () => Promise<void>;
  /** The store failed or refused what was verified; the log and the sessions that wait for it are to be ended. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Where received batches become stored ones: verified as they come, in order of their log, then handed to the store
 * in transactions as large as what has arrived. All sessions share one inbox, so that two peers who offer the same
 * batch cost one verification of its operations.
 */
export class Inbox {
  readonly #options: InboxOptions;
  /** Verified and not yet stored. */
  #queue: Queued[] = [];
  /** Heads of logs with batches in the queue or in the transaction that runs; everything else the store knows. */
  readonly #tails = new Map<LogId, LogHead>();
  /** How many transactions the store has ended. */
  #transactions = 0;
  #pump: Promise<void> | undefined;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /**
   * Verifies an envelope that a node sent and queues it; one that is stored or queued already is passed over. `release` is
   * called once, when the envelope is no longer held here. Throws the typed error of a refusal, without calling `release`.
   */
  async accept(envelope: Envelope, giver: NodeId, release: (outcome: Outcome) => void): Promise<void> {
    const { store } = this.#options;
    const { log } = decodeHeader(envelope.header);
    await this.#options.authors.of(nodeOf(log));
    let stored: LogHead | undefined;
    let transactions: number;
    do {
      transactions = this.#transactions;
      stored = this.#tails.get(log) ?? (await store.head(log));
    } while (transactions !== this.#transactions);
    // While the store answered another session may have queued more of this log, or even had it stored. From here on
    // nothing is waited for until the batch is in the queue: others are to find it there.
    const previous = this.#tails.get(log) ?? stored;
    try {
      const batch = this.#judge(envelope, previous, true);
      if (isHollow(envelope) && !this.#options.isVouched(batch.header, giver))
        throw new ReplicaError(
          "unvouched",
          "they were thrown away elsewhere, and no other member says yet that nothing of them is needed",
        );
      this.#tails.set(log, { id: batch.id, header: batch.header });
      this.#queue.push({ batch, release });
      this.#pump ??= this.#run();
    } catch (error) {
      if (!(error instanceof BatchError)) throw error;
      if (error.code !== "duplicate" && !(await this.#isVoid(envelope, error))) throw error;
      release("stored");
    }
  }

  /** Resolves when everything queued is stored. */
  async idle(): Promise<void> {
    await this.#pump;
  }

  /** Whether a batch follows nothing because its log ends earlier now: what does not count is passed over. */
  async #isVoid(envelope: Envelope, { code }: BatchError): Promise<boolean> {
    if (code !== "gap" && code !== "fork") return false;
    const { log, first } = decodeHeader(envelope.header);
    const voids = await this.#options.store.voids();
    return voids.some((interval) => interval.log === log && interval.from <= first);
  }

  /** Verifies an envelope as one that follows `previous`, and keeps nothing. Throws the typed error of a refusal. */
  async verify(envelope: Envelope, previous: LogHead | undefined): Promise<Batch> {
    await this.#options.authors.of(nodeOf(decodeHeader(envelope.header).log));
    return this.#judge(envelope, previous);
  }

  /** The author's certificates are known already. */
  #judge(envelope: Envelope, previous: LogHead | undefined, takesHollow = false): Batch {
    const { store, authors, now, hasher, verifier, compressor } = this.#options;
    const batch = verifyBatch(envelope, {
      cluster: store.cluster,
      authorKey: (author, key) => {
        const found = authors.find(author, key);
        return (
          found && {
            publicKey: found.publicKey,
            from: hlcAt(found.notBefore),
            until: hlcAt(found.notAfter),
          }
        );
      },
      previous,
      maxHlc: hlcAt(now() + driftBound),
      takesHollow,
      hasher,
      verifier,
      compressor,
    });
    const node = nodeOf(batch.header.log);
    if (authors.find(node, batch.header.key)?.role === "reader")
      throw new ReplicaError("forbidden", `${node} may only read, but signed a batch`);
    checkProofs(batch, authors, { hasher, verifier });
    return batch;
  }

  async #run(): Promise<void> {
    let taken: Queued[] = [];
    try {
      while (this.#queue.length > 0) {
        await this.#gather();
        taken = this.#take();
        await this.#apply(taken);
        taken = [];
        // Others who want something of the store, above all the archive, have their turn between two transactions.
        await this.#options.turn();
      }
    } catch (error) {
      const dropped = [...taken, ...this.#queue.splice(0)];
      this.#tails.clear();
      this.#options.onFailure(error);
      for (const { release } of dropped) release("refused");
    } finally {
      this.#pump = undefined;
    }
  }

  /** Waits as long as every turn of the event loop brings more, so that a stream becomes few transactions. */
  async #gather(): Promise<void> {
    for (let before = 0; before < this.#queue.length && !full(this.#queue); ) {
      before = this.#queue.length;
      await this.#options.turn();
    }
  }

  #take(): Queued[] {
    let operations = 0;
    let bytes = 0;
    let count = 0;
    for (const { batch } of this.#queue) {
      if (count > 0 && (operations >= applyOperations || bytes >= applyBytes)) break;
      operations += batch.header.count;
      bytes += batch.envelope.rawLength;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  async #apply(taken: readonly Queued[]): Promise<void> {
    const { refused } = await this.#options.store.apply(taken.map(({ batch }) => batch));
    this.#transactions++;
    const refusedLogs = new Set(refused.map(({ log }) => log));
    for (const { log, reason } of refused) {
      // Of an own log that was written while this was verified.
      const code = reason === "fork" ? "fork" : "refused";
      this.#options.onFailure(new ReplicaError(code, `the store refused a batch of ${log}: ${reason}`));
    }
    // What waits of a refused log continues something that is not there.
    const [orphans, rest] = partition(this.#queue, ({ batch }) => refusedLogs.has(batch.header.log));
    this.#queue = rest;
    const waiting = new Set(rest.map(({ batch }) => batch.header.log));
    for (const { batch } of taken) if (!waiting.has(batch.header.log)) this.#tails.delete(batch.header.log);
    for (const { batch, release } of [...taken, ...orphans])
      release(refusedLogs.has(batch.header.log) ? "refused" : "stored");
  }
}

function full(queue: readonly Queued[]): boolean {
  let operations = 0;
  for (const { batch } of queue) operations += batch.header.count;
  return operations >= applyOperations;
}

function partition<T>(all: readonly T[], test: (one: T) => boolean): [T[], T[]] {
  const yes: T[] = [];
  const no: T[] = [];
  for (const one of all) (test(one) ? yes : no).push(one);
  return [yes, no];
}
