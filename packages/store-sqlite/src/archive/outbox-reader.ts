import type { Hasher } from "@jarvis-crdt/batch";
import { maxOperationBytes, type Uid } from "@jarvis-crdt/crdt";
import type { Intent } from "@jarvis-crdt/store";
import { type RowKey, type State, sizeOf } from "../state/state.ts";
import type { Access } from "./access.ts";
import type { ArchiveDatabase } from "./database.ts";
import type { Fold } from "./fold.ts";
import { foldEntries } from "./fold-entries.ts";
import type { Identities } from "./identities.ts";
import type { LocalKey } from "./local-key.ts";
import { type OutboxLimits, readOutbox } from "./outbox.ts";

const defaultLimits: OutboxLimits = { entries: 200_000, adopted: 500 };

/** Bytes of a row's values: what fits into one operation, with room for its frame. */
export const greatestRow: number = maxOperationBytes - 64 * 1024;

/** Reads what the application did since the last run. */
export class OutboxReader {
  readonly #db: ArchiveDatabase;
  readonly #identities: Identities;
  readonly #state: State;
  readonly #accessOf: (table: number) => Access | undefined;
  readonly #limits: OutboxLimits;
  readonly #hasher: Hasher;

  constructor(
    db: ArchiveDatabase,
    identities: Identities,
    state: State,
    accessOf: (table: number) => Access | undefined,
    options: { readonly outbox?: OutboxLimits; readonly hasher: Hasher },
  ) {
    this.#db = db;
    this.#identities = identities;
    this.#state = state;
    this.#accessOf = accessOf;
    this.#limits = options.outbox ?? defaultLimits;
    this.#hasher = options.hasher;
  }

  /** The outbox of the snapshot that the transaction sees, folded into what the state shall know of it. */
  read() {
    const drain = readOutbox(this.#db, this.#limits);
    const drained = this.#state.drained(drain.entries);
    const fold = foldEntries(drain.entries, drained, {
      tableOf: (id) => this.#accessOf(id)?.table,
      identity: (table, key) => this.#identities.uidOf(table, key),
      hasher: this.#hasher,
    });
    const { intents, times, evicted, fresh, keys, unreplicable } = this.#intentsOf(fold);
    const entries = drain.entries.filter(({ id }) => !drained.has(id));
    const captured = { intents, times, entries, evicted };
    return { drain, fold, captured, fresh, keys, unreplicable };
  }

  /** What the folded outbox asks of the state, in the order in which it happened, and what its keys are afterwards. */
  #intentsOf(fold: Fold) {
    const timed: { intent: Intent; time: number }[] = [];
    const evicted: RowKey[] = [];
    const unknown = new Set<Uid>();
    const unreplicable: { table: string; key: LocalKey; bytes: number }[] = [];
    for (const { table: id, uid, time, renamed, isLost } of fold.ended) {
      const { mapping } = this.#accessOf(id)!.table;
      const isRemoval = renamed || (mapping.deletes === "replicate" && !isLost);
      if (isRemoval && mapping.kind !== "grow-only") {
        timed.push({ intent: { kind: "row.remove", table: mapping.name, uid }, time });
      } else {
        evicted.push({ table: mapping.name, uid });
      }
    }
    for (const row of fold.rows) {
      const { table, reader } = this.#accessOf(row.table)!;
      const content = reader.one(row.key);
      const name = table.mapping.name;
      const { uid, time } = row;
      if (content === undefined) {
        // A REPLACE on another key took it through a UNIQUE constraint, which fires no delete trigger.
        if (row.fresh === undefined || row.replaces) evicted.push({ table: name, uid });
        unknown.add(uid);
        continue;
      }
      const bytes = sizeOf(content.values);
      if (bytes > greatestRow) {
        unreplicable.push({ table: name, key: row.key, bytes });
        if (row.fresh !== undefined && !row.replaces) unknown.add(uid);
        continue;
      }
      if (row.fresh !== undefined) {
        if (row.replaces && table.mapping.kind !== "grow-only")
          timed.push({ intent: { kind: "row.remove", table: name, uid }, time });
        const hint = typeof row.key === "number" ? row.key : null;
        const base = row.fresh === "base" ? { base: true } : {};
        timed.push({
          intent: { kind: "row.add", table: name, uid, hint, values: content.values, ...base },
          time,
        });
        if (row.fresh === "own") continue;
      }
      for (const group of table.groups) {
        if (!row.groups.has(group.name) || group.initialOnly) continue;
        const values = content.values.slice(group.from, group.to);
        timed.push({ intent: { kind: "row.set", table: name, uid, group: group.name, values }, time });
      }
    }
    timed.sort((a, b) => a.time - b.time);
    return {
      intents: timed.map(({ intent }) => intent),
      times: timed.map(({ time }) => time),
      evicted,
      /** Rows that the application added. */
      fresh: fold.rows.filter(({ fresh, uid }) => fresh === "own" && !unknown.has(uid)),
      keys: fold.keys.map((one) => (one.uid && unknown.has(one.uid) ? { ...one, uid: undefined } : one)),
      unreplicable,
    };
  }
}
