import { type Batch, decodeHeader, type Envelope, type LogHead } from "@jarvis-crdt/batch";
import { type FrontierEntry, type LogId, type NodeId, nodeOf } from "@jarvis-crdt/crdt";
import type { Store } from "@jarvis-crdt/store";
import type { Healing, Loaded } from "@jarvis-crdt/sync";
import { problemOf } from "./error.ts";
import { HeldLogs, isHolding } from "./held-logs.ts";
import type { HeldLog } from "./peer-report.ts";

/** Bytes of batches in one answer. */
const pageBytes = 1024 * 1024;
/** Unpacked bytes of a branch that are minted anew at a time: they are in memory as a whole. */
const branchBytes = 64 * 1024 * 1024;

export interface LogHealingOptions {
  readonly store: Store;
  readonly peer: NodeId;
  /** Says it to the peer, where it understands, after the schemas. */
  readonly say: (message: Healing, schemas?: Loaded["schemas"]) => Promise<void>;
  readonly schemasOf: (envelopes: readonly Envelope[]) => Promise<Loaded["schemas"]>;
  /** Verifies a batch that follows `previous`. Throws typed errors. */
  readonly verify: (envelope: Envelope, previous: LogHead | undefined) => Promise<Batch>;
  readonly onHealed: (log: LogId) => void;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly onProblem: (code: string, message: string) => void;
}

/**
 * What is said with one peer about logs that were written twice. The author asks for what the other holds of it, and
 * gives it to the store, which decides what to make of it; anybody else tells the author.
 */
export class LogHealing {
  readonly #options: LogHealingOptions;
  /** What was shown so far of the logs that were asked for. */
  readonly #asked = new Map<LogId, Batch[]>();
  readonly #told = new Set<LogId>();
  /** Logs of which was shown what cannot be judged yet: this node's clock may be wrong. */
  readonly #held = new HeldLogs();
  /** Who waits for what is shown of a log, whatever it is. */
  readonly #fetching = new Map<LogId, (envelopes: readonly Envelope[]) => void>();

  constructor(options: LogHealingOptions) {
    this.#options = options;
  }

  get held(): readonly HeldLog[] {
    return this.#held.list;
  }

  /** Asks again for what could not be judged. */
  async retry(): Promise<void> {
    for (const log of this.#held.takeToAsk(() => false)) await this.#ask(log);
  }

  /** The session began: tells the peer of what is stored of its logs and does not count, or `contradicts` what others have. */
  async begin(contradicts: readonly LogId[]): Promise<void> {
    const { store, peer } = this.#options;
    for (const { log, isUnsettled } of await store.voids()) {
      if (isUnsettled && nodeOf(log) === peer) await this.#tell(log);
    }
    for (const log of contradicts) await this.tell(log);
  }

  /** What the peer has of a log contradicts what is stored. */
  async contradicted(log: LogId): Promise<void> {
    if (nodeOf(log) === this.#options.store.node) await this.#ask(log);
    else await this.tell(log);
  }

  /** What somebody has of a log contradicts what is stored: its author is told, if he is the peer. */
  async tell(log: LogId): Promise<void> {
    if (nodeOf(log) === this.#options.peer) await this.#tell(log);
  }

  /** What the peer holds of a log after a place, as far as one answer goes; nothing where the session ends before. */
  fetch(log: LogId, points: readonly FrontierEntry[]): Promise<readonly Envelope[]> {
    return new Promise((resolve, reject) => {
      this.#fetching.get(log)?.([]);
      this.#fetching.set(log, resolve);
      this.#options.say({ type: "history", log, points }).catch(reject);
    });
  }

  end(): void {
    for (const resolve of this.#fetching.values()) resolve([]);
    this.#fetching.clear();
  }

  async receive(message: Healing): Promise<void> {
    const { store, say, schemasOf } = this.#options;
    switch (message.type) {
      case "forked":
        if (nodeOf(message.log) === store.node) await this.#ask(message.log);
        return;
      case "history": {
        const envelopes = await store.branch(message.log, message.points, pageBytes);
        await say({ type: "shown", log: message.log, envelopes }, await schemasOf(envelopes));
        return;
      }
      case "shown":
        this.#fetching.get(message.log)?.(message.envelopes);
        this.#fetching.delete(message.log);
        await this.#take(message.log, message.envelopes);
    }
  }

  async #tell(log: LogId): Promise<void> {
    if (this.#told.has(log)) return;
    this.#told.add(log);
    await this.#options.say({ type: "forked", log });
  }

  async #ask(log: LogId): Promise<void> {
    if (this.#asked.has(log)) return;
    this.#asked.set(log, []);
    await this.#options.say({ type: "history", log, points: await this.#options.store.points(log) });
  }

  async #take(log: LogId, envelopes: readonly Envelope[]): Promise<void> {
    const { store, say, onHealed } = this.#options;
    const shown = this.#asked.get(log);
    if (shown === undefined) return;
    for (const envelope of envelopes) {
      const batch = await this.#judge(log, envelope, shown.at(-1));
      if (batch === undefined) return;
      shown.push(batch);
    }
    const bytes = shown.reduce((sum, { envelope }) => sum + envelope.rawLength, 0);
    const last = shown.at(-1);
    if (envelopes.length > 0 && last !== undefined && bytes < branchBytes) {
      await say({ type: "history", log, points: [endOf(last)] });
      return;
    }
    this.#asked.delete(log);
    this.#held.settled(log);
    if (await store.heal(log, shown)) onHealed(log);
  }

  /** What was shown, verified; undefined where that cannot be done before something else changes: then nothing of it counts. */
  async #judge(log: LogId, envelope: Envelope, last: Batch | undefined): Promise<Batch | undefined> {
    const { verify, now, onProblem } = this.#options;
    try {
      return await verify(envelope, before(envelope, last));
    } catch (error) {
      if (!isHolding(error)) throw error;
      const { code, message } = problemOf(error);
      this.#asked.delete(log);
      this.#held.refused(envelope, code, message, now());
      onProblem(code, `${log}: ${message}`);
      return undefined;
    }
  }
}

function endOf({ id, header }: Batch): FrontierEntry {
  return { seq: header.first + header.count - 1, batch: id };
}

/** The batch before, as far as the batch itself tells where none was shown: the store knows whether it is there. */
export function before(envelope: Envelope, last: Batch | undefined): LogHead | undefined {
  if (last !== undefined) return last;
  const header = decodeHeader(envelope.header);
  if (header.number === 1) return undefined;
  const { number, first, hlcMin, previous } = header;
  const before = { ...header, number: number - 1, first: first - 1, count: 1, hlcMax: hlcMin };
  return { id: previous, header: before };
}
