import type { LogId, NodeId } from "@jarvis-crdt/crdt";
import type { Replica } from "@jarvis-crdt/replica";
import type { StateFile } from "@jarvis-crdt/store-sqlite";
import { settledWithin } from "./settled-within.ts";

/** Where a damaged batch begins. */
export interface BatchPlace {
  readonly log: LogId;
  readonly first: number;
}

export interface Repaired {
  /** Which are whole again, and who had them. */
  readonly repaired: readonly (BatchPlace & { readonly peer: NodeId })[];
  /** Which no connected peer has, or which cannot be read here at all. */
  readonly left: readonly BatchPlace[];
}

export interface RepairDeskOptions {
  readonly state: Pick<StateFile, "putBack">;
  readonly replica: Pick<Replica, "fetchBatch">;
  /** How long one batch is waited for, in ms. */
  readonly waitMs?: number;
}

/** Puts batches back that the disk damaged, as peers have them, while the node runs. */
export class RepairDesk {
  readonly #options: RepairDeskOptions;

  constructor(options: RepairDeskOptions) {
    this.#options = options;
  }

  async repair(places: readonly BatchPlace[]): Promise<Repaired> {
    const repaired: (BatchPlace & { readonly peer: NodeId })[] = [];
    const left: BatchPlace[] = [];
    for (const { log, first } of places) {
      const peer = await this.#repairOne({ log, first });
      if (peer === undefined) left.push({ log, first });
      else repaired.push({ log, first, peer });
    }
    return { repaired, left };
  }

  async #repairOne({ log, first }: BatchPlace): Promise<NodeId | undefined> {
    const { state, replica, waitMs = 10_000 } = this.#options;
    const search = replica.fetchBatch(log, first).catch(() => undefined);
    await settledWithin(search, waitMs);
    const found = await Promise.race([search, Promise.resolve(undefined)]);
    return found && state.putBack(found.batch) ? found.peer : undefined;
  }
}
