import type { Dot } from "@jarvis-crdt/crdt";
import { type DigestPart, equalBytes, type Intent, StoreError } from "@jarvis-crdt/store";
import { type ConflictRecord, ConflictRecords } from "./conflict-records.ts";
import type { Core } from "./core.ts";
import { NamedCells } from "./named-cells.ts";
import { type OpenConflict, OpenConflicts } from "./open-conflicts.ts";
import { Quarantine, type TransactionPlace } from "./quarantine.ts";
import { intentOfRecord } from "./restore-record.ts";
import type { RowKey } from "./state.ts";

/** What the people who look after a node ask of its state file, and do to it. */
export class Oversight {
  readonly quarantine: Quarantine;
  readonly openConflicts: OpenConflicts;
  readonly conflictRecords: ConflictRecords;
  readonly namedCells: NamedCells;
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
    this.quarantine = new Quarantine(core.database);
    this.conflictRecords = new ConflictRecords(core.database);
    this.namedCells = new NamedCells(core.database, core.medium.objects, core.options.hasher);
    this.openConflicts = new OpenConflicts({
      database: core.database,
      medium: core.medium,
      engine: () => core.engine,
      hasher: core.options.hasher,
    });
  }

  /**
   * Tries once more to interpret what waits, and has the archive try these rows, which it refused. How many transactions
   * went on.
   */
  retry(refused: readonly RowKey[]): number {
    const { medium, engine, transactions } = this.#core;
    return transactions.run(() => {
      const before = medium.waiting.count;
      engine.changed();
      for (const { table: name, uid } of refused) {
        const table = medium.cells.find("table", name);
        const cell = table && medium.cells.row(table, uid);
        if (table !== undefined && cell !== undefined) medium.todo.revisit(table, uid, cell);
      }
      return before - medium.waiting.count;
    });
  }

  /** Parts of the digest's tree, by paths of hexadecimal digits. */
  digestParts(paths: readonly string[]): readonly DigestPart[] {
    return paths.map((path) => this.#core.medium.digest.below(path));
  }

  /** Hides transactions that wait, or shows them again. How many that changed. */
  drop(places: readonly TransactionPlace[], hide: boolean): number {
    return this.#core.transactions.run(() => this.quarantine.drop(places, hide));
  }

  /** Hides rows on this node, until they are unevicted. Returns those that live and were not hidden. */
  evict(rows: readonly RowKey[]): readonly RowKey[] {
    const { medium, evictions, transactions } = this.#core;
    return transactions.run(() =>
      rows.filter(({ table: name, uid }) => {
        const table = medium.cells.find("table", name);
        const cell = table && medium.cells.row(table, uid);
        if (table === undefined || cell === undefined || evictions.has(table, uid)) return false;
        evictions.add(table, uid);
        medium.todo.revisit(table, uid, cell);
        return true;
      }),
    );
  }

  /**
   * Writes what one sibling says, the shown one being 0, as a write of this node that names all siblings and so closes
   * the conflict. Throws `StoreError` `invalid-intent` where the conflict is not the one that was looked at any more.
   */
  settle(conflict: OpenConflict, sibling: number): Dot {
    return this.#core.transactions.run(() => {
      const now = this.openConflicts.at(conflict.place);
      if (now === undefined || !equalBytes(now.id, conflict.id))
        throw new StoreError("invalid-intent", "the conflict has changed meanwhile; look at it again");
      const chosen = this.openConflicts.siblings(now)[sibling];
      if (chosen === undefined) {
        // Says why where no sibling can be chosen at all.
        this.openConflicts.intent(now, { ...now.dots[0]!, values: new Map() });
        throw new StoreError("invalid-intent", `the conflict has no write ${sibling}; look at it again`);
      }
      return this.#write(this.openConflicts.intent(now, chosen));
    });
  }

  /**
   * Writes the value again that a record of `conflict_log` keeps, from 0 where it keeps several, as a write of this node over
   * whatever is there now. Throws `StoreError` `invalid-intent`.
   */
  restore(record: ConflictRecord, which: number): Dot {
    return this.#core.transactions.run(() => this.#write(intentOfRecord(this.#core, record, which)));
  }

  #write(intent: Intent): Dot {
    const [dot] = this.#core.engine.commit({ intents: [intent] }).dots;
    if (!dot) throw new StoreError("invalid-intent", "what it would change is not there any more");
    return dot;
  }
}
