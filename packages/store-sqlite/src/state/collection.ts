import type { LogId, NodeId } from "@jarvis-crdt/crdt";
import { interpretedLogs, type LogWeight } from "@jarvis-crdt/store";
import type { Core } from "./core.ts";

/** What of the logs may be thrown away, and what it weighs. */
export class StateCollection {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  interpreted(): ReadonlyMap<LogId, number> {
    this.#core.transactions.checkOpen();
    return interpretedLogs(this.#core.medium);
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
}
