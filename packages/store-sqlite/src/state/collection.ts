import type { LogId, NodeId } from "@jarvis-crdt/crdt";
import {
  type Collected,
  type CollectRequest,
  type Doubts,
  interpretedLogs,
  type LogWeight,
  type Spent,
  type SpentHere,
  type Stretch,
} from "@jarvis-crdt/store";
import type { Core } from "./core.ts";

/** What of the logs may be thrown away, what it weighs, and what others threw away. */
export class StateCollection {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  interpreted(): ReadonlyMap<LogId, Stretch> {
    this.#core.transactions.checkOpen();
    return interpretedLogs(this.#core.medium);
  }

  /** Whether the archive shows everything. */
  get isQuiet(): boolean {
    return this.#core.medium.todo.isEmpty;
  }

  /**
   * One page of work. None while the archive does not show everything: what it is to show, and what it shows still, is read
   * from the log. Not fsynced: what a loss of power brings back goes again.
   */
  collect(request: CollectRequest): Collected {
    return this.#core.transactions.relaxed(() => {
      if (!this.isQuiet) return { batches: 0, operations: 0, bytes: 0, next: request.from, isPutOff: true };
      return this.#core.engine.collect(request);
    });
  }

  /** Some batches at a time. */
  *weigh(log: LogId, after: number, through: number): Iterable<LogWeight> {
    for (let from: number | null = after; from !== null; ) {
      this.#core.transactions.checkOpen();
      const page = this.#core.medium.batches.weigh(log, from, through);
      yield page;
      from = page.last;
    }
  }

  /** Nodes of which a certificate is stored. */
  authors(): readonly NodeId[] {
    this.#core.transactions.checkOpen();
    return this.#core.database
      .prepare<[], string>("SELECT DISTINCT node FROM crdt_certificates ORDER BY node")
      .pluck()
      .all();
  }

  /** What of a log is spent here after a sequence, as far as one answer goes: some 30 ms. */
  spent(log: LogId, after: number): SpentHere {
    const { engine, medium, transactions } = this.#core;
    transactions.checkOpen();
    const settled = engine.doubts() === undefined && medium.waiting.count === 0;
    return { ...engine.spent(log, after), settled };
  }

  /** What lives here and may have been removed by what was taken hollow. */
  doubts(): Doubts | undefined {
    this.#core.transactions.checkOpen();
    return this.#core.engine.doubts();
  }

  /** Lets fall what is spent elsewhere; returns how many operations fell. */
  wither(log: LogId, spent: Spent): number {
    return this.#core.transactions.run(() => this.#core.engine.wither(log, spent));
  }

  settle(doubts: Doubts): void {
    this.#core.transactions.run(() => this.#core.engine.settle(doubts));
  }
}
