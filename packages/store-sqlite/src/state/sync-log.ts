import type { NodeId } from "@jarvis-crdt/crdt";
import type { Core } from "./core.ts";

/** A round with a peer, as `sync_log` tells of it. */
export interface SyncRecord {
  readonly peer: NodeId;
  /** Unix milliseconds. */
  readonly at: number;
  /** Operations. */
  readonly sent: number;
  readonly received: number;
  readonly ms: number;
}

/** Of the conflicts that were recorded since a round began, so many are counted at most. */
const lookedConflicts = 10_000;

/** Lines that are kept. */
const keptSyncs = 10_000;

/** The plan's `sync_log`: one line for each round with a peer. */
export class SyncLog {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  record({ peer, at: began, sent, received, ms }: SyncRecord): void {
    const at = new Date(began).toISOString();
    const { database, transactions } = this.#core;
    transactions.relaxed(() => {
      database
        .prepare(
          `INSERT INTO sync_log(peer_node_id, sync_timestamp, operations_sent, operations_received,
             conflicts_resolved, sync_duration_ms) SELECT ?, ?, ?, ?, count(*), ? FROM conflict_log
             WHERE id > (SELECT max(id) FROM conflict_log) - ${lookedConflicts} AND conflict_timestamp >= ?`,
        )
        .run(peer, at, sent, received, ms, at);
      database.prepare("DELETE FROM sync_log WHERE id <= (SELECT max(id) FROM sync_log) - ?").run(keptSyncs);
    });
  }
}
