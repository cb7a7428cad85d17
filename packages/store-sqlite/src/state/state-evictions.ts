import type { Core } from "./core.ts";
import type { RowKey } from "./state.ts";

/** Rows that are hidden on this node, as its state file knows them. */
export class StateEvictions {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  get count(): number {
    return this.#core.evictions.count;
  }

  has({ table: name, uid }: RowKey): boolean {
    this.#core.transactions.checkOpen();
    const table = this.#core.medium.cells.find("table", name);
    return table !== undefined && this.#core.evictions.has(table, uid);
  }

  /** The first rows of a table that are hidden. */
  first(name: string, limit: number): readonly RowKey[] {
    this.#core.transactions.checkOpen();
    const table = this.#core.medium.cells.find("table", name);
    if (table === undefined) return [];
    return this.#core.evictions.first(table, limit).map((uid) => ({ table: name, uid }));
  }

  /** Shows these rows again. Returns those that were hidden. */
  undo(rows: readonly RowKey[]): readonly RowKey[] {
    const { transactions, medium, evictions } = this.#core;
    return transactions.run(() =>
      rows.filter(({ table: name, uid }) => {
        const table = medium.cells.find("table", name);
        if (table === undefined || !evictions.remove(table, uid)) return false;
        medium.todo.revisit(table, uid, undefined);
        return medium.cells.shortRow(table, uid) !== undefined;
      }),
    );
  }
}
