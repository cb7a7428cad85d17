import { type Batch, type Envelope, hollowOf, isHollow } from "@jarvis-crdt/batch";
import {
  type Dot,
  decodeSchema,
  type Hlc,
  type LogId,
  type RowEntry,
  type Schema,
  type SignedHeader,
  type Uid,
} from "@jarvis-crdt/crdt";
import { equalBytes, keyOf } from "../engine/bytes.ts";
import {
  type Doubt,
  type LogState,
  type Medium,
  noDoubt,
  type StoredHeader,
  type VoidInterval,
} from "../engine/medium.ts";
import type { ObjectRef } from "../engine/object.ts";
import { OpenBatch } from "../engine/open-batch.ts";
import type { TransactionRange, Wait, WaitingTransaction } from "../engine/waiting.ts";
import type { LogWeight } from "../store.ts";
import { MemoryCells } from "./memory-cells.ts";
import { Undo, type UndoMap } from "./undo.ts";

interface StoredBatch {
  readonly batch: Batch;
  readonly open: OpenBatch;
}

/** Everything in maps, with a way to take back what a failed transaction did. */
export class MemoryMedium implements Medium {
  readonly undo = new Undo();
  readonly cells = new MemoryCells(this.undo);
  readonly schemas: UndoMap<string, Uint8Array> = this.undo.map();
  readonly certificates: UndoMap<string, readonly Uint8Array[]> = this.undo.map();
  readonly #logs: UndoMap<LogId, LogState> = this.undo.map();
  /** Batches of a log in order. */
  readonly #batches = new Map<LogId, StoredBatch[]>();
  readonly #waiting: UndoMap<string, WaitingTransaction> = this.undo.map();
  readonly #voids: UndoMap<LogId, VoidInterval> = this.undo.map();
  readonly #anew: UndoMap<string, Dot> = this.undo.map();
  readonly #spent: UndoMap<string, Hlc> = this.undo.map();
  readonly #told: UndoMap<string, true> = this.undo.map();
  readonly #doubt: UndoMap<"doubt", Doubt> = this.undo.map();
  readonly #advanced: (log: LogId) => void;

  constructor(advanced: (log: LogId) => void) {
    this.#advanced = advanced;
  }

  log(id: LogId): LogState | undefined {
    return this.#logs.get(id);
  }

  logs(): Iterable<LogState> {
    return this.#logs.values();
  }

  append(batch: Batch, open: OpenBatch): void {
    const { log, number } = batch.header;
    const whole = this.#logs.get(log)?.whole ?? 0;
    this.#logs.set(log, { id: log, seq: open.last, number, whole, head: batch.id });
    const batches = this.#batches.get(log) ?? [];
    this.#batches.set(log, batches);
    batches.push({ batch, open });
    this.undo.remember(() => batches.pop());
    this.#advanced(log);
  }

  goesOn(): void {}

  setWhole(log: LogId, seq: number): void {
    this.#logs.set(log, { ...this.#logs.get(log)!, whole: seq });
  }

  open(log: LogId, seq: number): OpenBatch | undefined {
    return this.#find(log, seq)?.open;
  }

  headers(log: LogId, after: number, limit: number): readonly StoredHeader[] {
    const later = (this.#batches.get(log) ?? []).filter(({ open }) => open.header.first > after);
    return later.slice(0, limit).map(({ batch, open }) => ({
      ...open.header,
      last: open.last,
      isHollow: open.isHollow,
      bytes: batch.envelope.body.length + batch.leaves.length,
    }));
  }

  empty(log: LogId, first: number): void {
    const batches = this.#batches.get(log)!;
    const at = batches.findIndex(({ open }) => open.header.first === first);
    const full = batches[at]!;
    const leaves = new Uint8Array(0);
    const batch = { ...full.batch, operations: [], leaves, envelope: hollowOf(full.batch.envelope) };
    batches[at] = { batch, open: new OpenBatch(batch.header, batch, 0) };
    this.undo.remember(() => {
      batches[at] = full;
    });
  }

  spentSince(log: LogId, first: number): Hlc | undefined {
    return this.#spent.get(placeOf({ log, first }));
  }

  setSpentSince(log: LogId, first: number, since: Hlc | undefined): void {
    if (since === undefined) this.#spent.delete(placeOf({ log, first }));
    else this.#spent.set(placeOf({ log, first }), since);
  }

  isInUse(): boolean {
    return false;
  }

  batchId(log: LogId, first: number): Uint8Array | undefined {
    const stored = this.#find(log, first);
    return stored?.batch.header.first === first ? stored.batch.id : undefined;
  }

  read(log: LogId, after: number, maxBytes: number): readonly Envelope[] {
    const end = this.voidFrom(log) ?? Number.POSITIVE_INFINITY;
    return this.#envelopes(log, after, end, maxBytes);
  }

  /** Batches after this sequence, whether they count or not. */
  readAll(log: LogId, after: number, maxBytes: number): readonly Envelope[] {
    return this.#envelopes(log, after, Number.POSITIVE_INFINITY, maxBytes);
  }

  head(log: LogId): Batch | undefined {
    const state = this.#logs.get(log);
    return state && this.#find(log, state.seq)?.batch;
  }

  weight(log: LogId, after: number, through: number): LogWeight {
    let [batches, hollow, bytes] = [0, 0, 0];
    for (const { batch } of this.#batches.get(log) ?? []) {
      const { first } = batch.header;
      if (first <= after || first > through) continue;
      batches++;
      if (isHollow(batch.envelope)) hollow++;
      bytes += batch.envelope.body.length + batch.leaves.length;
    }
    return { batches, hollow, bytes };
  }

  voidFrom(log: LogId): number | undefined {
    return this.#voids.get(log)?.from;
  }

  voids(): Iterable<VoidInterval> {
    return this.#voids.values();
  }

  abandon(interval: VoidInterval): void {
    const { log, from } = interval;
    this.#voids.set(log, interval);
    for (const waiting of this.#filter((one) => one.log === log && one.first >= from))
      this.removeWaiting(waiting);
    this.#advanced(log);
    const state = this.#logs.get(log);
    if (state === undefined || state.seq < from) return;
    const before = from > 1 ? this.#find(log, from - 1)?.batch : undefined;
    if (before === undefined) this.#logs.delete(log);
    else {
      const { id, header } = before;
      this.#logs.set(log, { id: log, seq: from - 1, number: header.number, whole: from - 1, head: id });
    }
  }

  anew(batch: Uint8Array): Dot | undefined {
    return this.#anew.get(keyOf(batch));
  }

  putAnew(batch: Uint8Array, first: Dot): void {
    this.#anew.set(keyOf(batch), first);
  }

  signedHeader(log: LogId, first: number): SignedHeader | undefined {
    const stored = this.#find(log, first)?.batch;
    return stored?.header.first === first ? stored.envelope : undefined;
  }

  putTold(log: LogId, first: number): void {
    this.#told.set(placeOf({ log, first }), true);
  }

  lastTold(log: LogId): number {
    const told = (this.#batches.get(log) ?? []).findLast(({ open }) => this.isTold(log, open.header.first));
    return told?.open.last ?? 0;
  }

  isTold(log: LogId, first: number): boolean {
    return this.#told.has(placeOf({ log, first }));
  }

  get doubt(): Doubt {
    return this.#doubt.get("doubt") ?? noDoubt;
  }

  set doubt(doubt: Doubt) {
    this.#doubt.set("doubt", doubt);
  }

  recomputed({ log }: TransactionRange): void {
    this.#advanced(log);
  }

  addWaiting(range: TransactionRange, wait: Wait): void {
    const { log, first, last } = range;
    this.#waiting.set(placeOf(range), { log, first, last, wait });
  }

  removeWaiting(range: TransactionRange): void {
    this.#waiting.delete(placeOf(range));
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  firstWaiting(log: LogId): number | undefined {
    const firsts = this.#filter((one) => one.log === log).map(({ first }) => first);
    return firsts.length > 0 ? Math.min(...firsts) : undefined;
  }

  isWaiting(log: LogId, seq: number): boolean {
    return this.waitingAt(log, seq) !== undefined;
  }

  waitingAt(log: LogId, seq: number): WaitingTransaction | undefined {
    for (const waiting of this.#waiting.values()) {
      if (waiting.log === log && waiting.first <= seq && seq <= waiting.last) return waiting;
    }
    return undefined;
  }

  waitingToAbandon(): readonly WaitingTransaction[] {
    return this.#filter(({ wait }) => wait.reason === "missing-operation" && wait.abandons);
  }

  waitingFor({ log, first, last }: TransactionRange): WaitingTransaction | undefined {
    return this.#filter(
      ({ wait }) =>
        wait.reason === "missing-operation" &&
        wait.dot.log === log &&
        first <= wait.dot.seq &&
        wait.dot.seq <= last,
    )[0];
  }

  waitingForSchema(id: Uint8Array): readonly WaitingTransaction[] {
    return this.#filter(({ wait }) => wait.reason === "unknown-schema" && equalBytes(wait.schema, id));
  }

  waitingForChange(): readonly WaitingTransaction[] {
    return this.#filter(({ wait }) => wait.reason !== "missing-operation");
  }

  schema(id: Uint8Array): Schema | undefined {
    const bytes = this.schemas.get(keyOf(id));
    return bytes && decodeSchema(bytes);
  }

  interpreted(_range: TransactionRange): void {
    // Nothing is derived from the cells here.
  }

  lostWrite(_table: ObjectRef, _uid: Uid, _group: number, _entry: RowEntry): void {
    // The history of conflicts is kept by stores that last.
  }

  #envelopes(log: LogId, after: number, end: number, maxBytes: number): readonly Envelope[] {
    const envelopes: Envelope[] = [];
    let bytes = 0;
    for (const { batch } of this.#batches.get(log) ?? []) {
      if (batch.header.first <= after) continue;
      bytes += batch.envelope.body.length;
      if (batch.header.first >= end || (envelopes.length > 0 && bytes > maxBytes)) break;
      envelopes.push(batch.envelope);
    }
    return envelopes;
  }

  #find(log: LogId, seq: number): StoredBatch | undefined {
    const batches = this.#batches.get(log) ?? [];
    let low = 0;
    let high = batches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (batches[middle]!.open.last < seq) low = middle + 1;
      else high = middle;
    }
    const found = batches[low];
    return found !== undefined && found.batch.header.first <= seq ? found : undefined;
  }

  #filter(matches: (waiting: WaitingTransaction) => boolean): readonly WaitingTransaction[] {
    return [...this.#waiting.values()].filter(matches);
  }
}

function placeOf({ log, first }: Pick<TransactionRange, "log" | "first">): string {
  return `${log}/${first}`;
}
