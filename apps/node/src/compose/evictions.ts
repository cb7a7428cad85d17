import type { Uid } from "@jarvis-crdt/crdt";
import type { StateEvictions, TableMapping } from "@jarvis-crdt/store-sqlite";
import { type EvictedRows, ServiceError } from "../service.ts";

/** Rows of one step; other work goes on between two steps. */
const step = 2_000;

/** The rows that are hidden on this node. */
export class Evictions {
  readonly #state: StateEvictions;
  readonly #tables: readonly string[];

  constructor(state: StateEvictions, mappings: readonly TableMapping[]) {
    this.#state = state;
    this.#tables = mappings.filter(({ kind }) => kind !== "local").map(({ name }) => name);
  }

  get count(): number {
    return this.#state.count;
  }

  has(table: string, uid: Uid): boolean {
    return this.#state.has({ table, uid });
  }

  /** Lets the archive show rows again. Returns how many. Throws ServiceError. */
  async undo({ table, uids }: EvictedRows): Promise<number> {
    if (table !== undefined && !this.#tables.includes(table))
      throw new ServiceError("invalid", "there is no replicated table of this name");
    const tables = table === undefined ? this.#tables : [table];
    let shown = 0;
    for (const name of tables) {
      if (uids !== undefined) {
        shown += this.#state.undo(uids.map((uid) => ({ table: name, uid }))).length;
        continue;
      }
      for (;;) {
        const rows = this.#state.first(name, step);
        if (rows.length === 0) break;
        shown += this.#state.undo(rows).length;
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    }
    return shown;
  }
}
