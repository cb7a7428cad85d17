import type { Hasher } from "@jarvis-crdt/batch";
import type { Uid } from "@jarvis-crdt/crdt";
import type { Intent } from "@jarvis-crdt/store";
import { type RowKey, type State, StateBusy } from "../state/state.ts";
import type { Access } from "./access.ts";
import { timeIn } from "./adopted-rows.ts";
import type { ArchiveOptions } from "./archive-options.ts";
import type { AsCaptured } from "./as-captured.ts";
import { entryKind } from "./capture-sql.ts";
import type { ArchiveDatabase } from "./database.ts";
import { EntriesAhead } from "./entries-ahead.ts";
import type { Fold } from "./fold.ts";
import { foldEntries } from "./fold-entries.ts";
import type { Identities } from "./identities.ts";
import { drainedAtOnce, fitting, greatestRow } from "./large-rows.ts";
import type { LocalKey } from "./local-key.ts";
import { type Drain, type Entry, type OutboxLimits, readOutbox } from "./outbox.ts";
import { Seams } from "./seams.ts";
import { prepared } from "./statements.ts";

const unlimited: OutboxLimits = { entries: Number.MAX_SAFE_INTEGER - 1, adopted: Number.MAX_SAFE_INTEGER };
const defaultLimits: OutboxLimits = { entries: 200_000, adopted: 2_000, part: 5_000 };
/** The application is locked out for some 7 µs for each of them, and ten times as long on a busy machine. */
const settledAtOnce = 10_000;

export type OutboxReading = ReturnType<OutboxReader["read"]>;

/** Of an outbox that begins with many entries that the state has, these alone, in portions: they need no common transaction. */
function settledPart({ entries }: Drain, drained: ReadonlySet<number>, most: number): Drain | undefined {
  if (drained.size <= most) return undefined;
  const first = entries.slice(0, most);
  return first.every(({ id }) => drained.has(id)) ? { entries: first, cut: true } : undefined;
}

/** What the state has comes first: it only tells who is who. Of each row it is the earlier part. */
function settledFirst(entries: readonly Entry[], drained: ReadonlySet<number>): readonly Entry[] {
  if (drained.size === 0) return entries;
  const [known, fresh]: [Entry[], Entry[]] = [[], []];
  for (const entry of entries) (drained.has(entry.id) ? known : fresh).push(entry);
  return [...known, ...fresh];
}

/** Reads what the application did since the last run. */
export class OutboxReader {
  readonly #db: ArchiveDatabase;
  readonly #identities: Identities;
  readonly #state: State;
  readonly #accessOf: (table: number) => Access | undefined;
  readonly #limits: OutboxLimits;
  readonly #hasher: Hasher;
  readonly #seams: Seams;
  readonly #ahead: EntriesAhead;
  readonly #mostSettled: number;
  readonly #asCaptured: AsCaptured;
  readonly #isEnding: () => boolean;
  /** The last entry that was captured; a guess, which only says how much is read at once. */
  #known = 0;

  constructor(
    db: ArchiveDatabase,
    identities: Identities,
    state: State,
    accessOf: (table: number) => Access | undefined,
    asCaptured: AsCaptured,
    options: Pick<ArchiveOptions, "outbox" | "hasher" | "isEnding">,
  ) {
    this.#asCaptured = asCaptured;
    this.#db = db;
    this.#identities = identities;
    this.#state = state;
    this.#accessOf = accessOf;
    this.#limits = options.outbox ?? defaultLimits;
    this.#hasher = options.hasher;
    this.#seams = new Seams(db);
    this.#ahead = new EntriesAhead(db);
    this.#isEnding = options.isEnding ?? (() => false);
    this.#mostSettled = this.#limits.settled ?? settledAtOnce;
  }

  /**
   * The outbox of the snapshot that the transaction sees, folded into what the state shall know of it. It is plain where
   * whoever reads its entries later, knowing that the state has them, comes to the same keys without looking at a row. A long
   * outbox is read in parts; with `onlyKnown` no further one than was captured before. Where many entries are known they come
   * first, alone and in portions.
   */
  read(onlyKnown = false) {
    this.#seams.note();
    const settled = this.#readSettled();
    if (settled !== undefined) return settled;
    const { part, entries } = this.#limits;
    const end = onlyKnown ? this.#known : part && this.#seams.endOfPart(this.#known, part, entries);
    const whole = readOutbox(this.#db, this.#limits, this.#known, end);
    return this.#fold(whole, drainedAtOnce) ?? this.#fold(this.#portionOf(whole), Number.POSITIVE_INFINITY)!;
  }

  /** The first portion of many entries that the state has, without reading the others. */
  #readSettled() {
    const first = prepared(this.#db, "SELECT min(id) FROM crdt_outbox").pluck().get() as number | null;
    const end = (first ?? this.#known) + this.#mostSettled - 1;
    if (first === null || end >= this.#known) return undefined;
    const read = readOutbox(this.#db, this.#limits, this.#known, end);
    const isKnown = this.#state.drained(read.entries).size === read.entries.length;
    return isKnown ? this.#fold(read, drainedAtOnce) : undefined;
  }

  /** Whether so many entries were read that the file is to be locked for a part of them at a time. */
  isLong({ captured }: OutboxReading): boolean {
    return captured.entries.length > this.#mostSettled;
  }

  /** Whether so many have come since then. O(1). */
  hasManyAfter({ drain }: OutboxReading): boolean {
    const ids = prepared(this.#db, "SELECT min(id),max(id) FROM crdt_outbox").raw().get();
    const [first, last] = ids as [number | null, number | null];
    const known = drain.entries.at(-1)?.id ?? 0;
    return !drain.cut && first !== null && last! - Math.max(first - 1, known) > this.#mostSettled;
  }

  /** The snapshot that the transaction sees begins and ends between transactions of the application. */
  look(): void {
    this.#seams.note();
  }

  /** The state has what was read, or will have it before anything of it is shown. */
  know({ captured, drain, added }: OutboxReading): void {
    if (captured.entries.length > 0) this.#known = drain.entries.at(-1)!.id;
    this.#asCaptured.note(captured.entries, added);
  }

  /** The same, however large it is, and to its end. */
  readAll() {
    return this.#fold(readOutbox(this.#db, unlimited), Number.POSITIVE_INFINITY, () => {})!;
  }

  /** Throws StateBusy where the thread is to end: what was read is not in the state, and is read again at the next start. */
  readonly #checkEnding = (): void => {
    if (this.#isEnding()) throw new StateBusy();
  };

  /** Undefined where its rows have more bytes. */
  #fold(read: Drain, mostBytes: number, check = this.#checkEnding) {
    check();
    const ahead = read.cut && read.isClean !== true ? this.#ahead.of(read.entries) : [];
    const whole = ahead.length > 0 ? [...read.entries, ...ahead] : read.entries;
    const drained = this.#state.drained(whole);
    const settled = settledPart(read, drained, this.#mostSettled);
    const drain = settled ?? { ...read, ahead };
    const all = settled?.entries ?? settledFirst(whole, drained);
    const fold = foldEntries(this.#settled(all), drained, {
      tableOf: (id) => this.#accessOf(id)?.table,
      identity: (table, key) => this.#identities.uidOf(table, key),
      hasher: this.#hasher,
    });
    const found = this.#intentsOf(fold, mostBytes, check);
    if (found === undefined) return undefined;
    const { intents, times, evicted, added, keys, unreplicable, unknown } = found;
    // The last one of the part is the last: whether the file carries the plan is told by it.
    const entries = [...ahead, ...drain.entries].filter(({ id }) => !drained.has(id));
    const captured = { intents, times, entries: settled ? [] : entries, evicted };
    const isPlain = unknown.size === 0 && !all.some(({ kind }) => kind === entryKind.contested);
    return { drain, fold, captured, added, keys, unreplicable, isPlain };
  }

  /** The beginning of an outbox whose rows have too many bytes for one drain. */
  #portionOf({ entries }: Drain): Drain {
    const accessOf = (id: number) => this.#accessOf(id);
    function* sizes() {
      const seen = new Set<string>();
      for (const { table, key } of entries) {
        const row = `${table} ${key}`;
        const bytes = seen.has(row) ? 0 : (accessOf(table)?.reader.sizeOf(key) ?? 0);
        yield bytes > greatestRow ? 0 : bytes;
        seen.add(row);
      }
    }
    return { entries: entries.slice(0, fitting(sizes(), drainedAtOnce)), cut: true, isSplit: true };
  }

  /** A row that was about to lose a UNIQUE value was deleted by that if it is gone, and otherwise nothing happened. */
  #settled(entries: readonly Entry[]): readonly Entry[] {
    if (!entries.some(({ kind }) => kind === entryKind.contested)) return entries;
    return entries.flatMap((entry) => {
      if (entry.kind !== entryKind.contested) return [entry];
      const isThere = this.#accessOf(entry.table)?.reader.one(entry.key) !== undefined;
      return isThere ? [] : [{ ...entry, kind: entryKind.delete }];
    });
  }

  /** Whether the file has room for rows that do not fit into one drain. */
  #isLarge(): boolean {
    const pages = this.#db.pragma("page_count", { simple: true }) as number;
    return pages * (this.#db.pragma("page_size", { simple: true }) as number) > drainedAtOnce;
  }

  /**
   * What the folded outbox asks of the state, in the order in which it happened, and what its keys are afterwards;
   * undefined where the rows have more bytes than may be.
   */
  #intentsOf(fold: Fold, mostBytes: number, check: () => void) {
    const isLarge = fold.rows.length > 0 && this.#isLarge();
    let total = 0;
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
      check();
      const { table, reader } = this.#accessOf(row.table)!;
      const name = table.mapping.name;
      const { uid, time } = row;
      const bytes = isLarge ? reader.sizeOf(row.key) : 0;
      if (bytes > greatestRow) {
        unreplicable.push({ table: name, key: row.key, bytes });
        if (row.fresh !== undefined && !row.replaces) unknown.add(uid);
        continue;
      }
      total += bytes;
      if (total > mostBytes) return undefined;
      const content = reader.one(row.key);
      if (content === undefined) {
        // A REPLACE on another key took it through a UNIQUE constraint, which fires no delete trigger.
        // Or it was adopted and then deleted, of which a later entry tells.
        if (row.fresh !== "own" || row.replaces) evicted.push({ table: name, uid });
        unknown.add(uid);
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
        // As where the adoption was drained earlier, it is what was adopted: by its own time the latest is found.
        if (row.fresh === "base" && timeIn(table, group) !== undefined) continue;
        const values = content.values.slice(group.from, group.to);
        timed.push({ intent: { kind: "row.set", table: name, uid, group: group.name, values }, time });
      }
    }
    timed.sort((a, b) => a.time - b.time);
    return {
      intents: timed.map(({ intent }) => intent),
      times: timed.map(({ time }) => time),
      evicted,
      /** Rows that are new to the state. */
      added: fold.rows.filter(({ fresh, uid }) => fresh !== undefined && !unknown.has(uid)),
      keys: fold.keys.map((one) => (one.uid && unknown.has(one.uid) ? { ...one, uid: undefined } : one)),
      unreplicable,
      unknown,
    };
  }
}
