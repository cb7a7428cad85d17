import { type Batch, batchId, type Compressor, type Envelope, type Hasher } from "@jarvis-crdt/batch";
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
import {
  type Doubt,
  type LogState,
  type Medium,
  noId,
  type ObjectRef,
  type OpenBatch,
  type SchemaBinding,
  type StoredHeader,
  showsConflicts,
  type TransactionRange,
  type VoidInterval,
  type Wait,
  type WaitingTransaction,
} from "@jarvis-crdt/store";
import type { Database, Statement } from "better-sqlite3";
import { SqlBatches } from "./batches.ts";
import { SqlCells } from "./cells.ts";
import { SqlConflicts } from "./conflicts.ts";
import { SqlDigest } from "./digest.ts";
import { SqlLogs } from "./logs.ts";
import { SqlMeta } from "./meta.ts";
import { SqlObjects } from "./objects.ts";
import { PublishedStates } from "./published-states.ts";
import { SqlSpentSince } from "./spent-since.ts";
import { SqlTodo } from "./todo.ts";
import { SqlTold } from "./told.ts";
import { SqlVoids } from "./voids.ts";
import { SqlWaiting } from "./waiting.ts";

export interface SqlMediumOptions {
  readonly hasher: Hasher;
  readonly compressor: Compressor;
  readonly now: () => number;
  readonly bind: (schema: Uint8Array) => SchemaBinding | undefined;
  /** A log grew. */
  readonly advanced: (log: LogId) => void;
}

/** The tables of one state file, as the engine wants them. */
export class SqlMedium implements Medium {
  readonly meta: SqlMeta;
  readonly objects: SqlObjects;
  readonly cells: SqlCells;
  readonly batches: SqlBatches;
  readonly waiting: SqlWaiting;
  readonly todo: SqlTodo;
  readonly conflicts: SqlConflicts;
  readonly digest: SqlDigest;
  readonly states: PublishedStates;
  readonly #voids: SqlVoids;
  readonly #spentSince: SqlSpentSince;
  readonly #told: SqlTold;
  readonly #logs: SqlLogs;
  readonly #options: SqlMediumOptions;
  readonly #schema: Statement<[Uint8Array], Buffer>;

  constructor(database: Database, options: SqlMediumOptions) {
    this.#options = options;
    this.meta = new SqlMeta(database);
    this.#logs = new SqlLogs(database);
    this.objects = new SqlObjects(database);
    this.batches = new SqlBatches(database, this.#logs, options.compressor);
    this.waiting = new SqlWaiting(database, this.#logs);
    this.#voids = new SqlVoids(database);
    this.#spentSince = new SqlSpentSince(database, this.#logs);
    this.#told = new SqlTold(database, this.#logs, this.meta);
    this.conflicts = new SqlConflicts(database, options.now);
    this.cells = new SqlCells(database, this.#logs, this.objects, {
      rowsAdded: (table, log, rows, added) => {
        this.todo.rowsAdded(log, rows[0]!.seq, added);
        if (added === rows.length) this.digest.fresh.added(table, log, rows);
      },
      rowChanged: (table, uid, after, before) => {
        this.digest.fresh.changed(before);
        this.conflicts.rowChanged(table, uid, after);
        this.todo.rowChanged(table, uid, after, before);
      },
      registerChanged: (object, key, after) => {
        if (showsConflicts(object)) this.conflicts.registerChanged(object, key, after);
      },
      changed: (object) => this.states.changed(object),
      stampOf: ({ log, seq }) => this.open(log, seq)!.of(seq).stamp,
    });
    this.states = new PublishedStates(database, this.meta, this.objects, this.cells);
    this.todo = new SqlTodo({
      database,
      logs: this.#logs,
      objects: this.objects,
      batches: this.batches,
      codec: this.cells.codec,
      meta: this.meta,
      bind: options.bind,
    });
    this.digest = new SqlDigest(database, { ...options, medium: this, logs: this.#logs });
    this.#schema = database
      .prepare<[Uint8Array], Buffer>("SELECT bytes FROM crdt_schemas WHERE id = ?")
      .pluck();
  }

  log(id: LogId): LogState | undefined {
    const state = this.#logs.get(id);
    return state !== undefined && state.seq > 0 ? state : undefined;
  }

  logs(): Iterable<LogState> {
    return this.#logs.stored();
  }

  append(batch: Batch, open: OpenBatch): void {
    this.batches.append(batch, open);
    const { log, number } = batch.header;
    this.#logs.change(log, { seq: open.last, number, head: batch.id });
    this.#options.advanced(log);
  }

  goesOn(batch: OpenBatch): void {
    this.batches.goesOn(batch);
  }

  setWhole(log: LogId, seq: number): void {
    this.#logs.change(log, { whole: seq });
    this.batches.whole(log);
  }

  open(log: LogId, seq: number): OpenBatch | undefined {
    return this.batches.open(log, seq);
  }

  headers(log: LogId, after: number, limit: number): readonly StoredHeader[] {
    return this.batches.headers(log, after, limit);
  }

  empty(log: LogId, first: number): void {
    this.batches.empty(log, first);
  }

  spentSince(log: LogId, first: number): Hlc | undefined {
    return this.#spentSince.get(log, first);
  }

  setSpentSince(log: LogId, first: number, since: Hlc | undefined): void {
    this.#spentSince.set(log, first, since);
  }

  isInUse(log: LogId, first: number): boolean {
    return this.digest.isMarked(log, first);
  }

  batchId(log: LogId, first: number): Uint8Array | undefined {
    const header = this.batches.header(log, first);
    return header && batchId(header, this.#options.hasher);
  }

  addWaiting(range: TransactionRange, wait: Wait): void {
    this.waiting.add(range, wait);
  }

  removeWaiting(range: TransactionRange): void {
    this.waiting.remove(range);
  }

  firstWaiting(log: LogId): number | undefined {
    return this.waiting.first(log);
  }

  isWaiting(log: LogId, seq: number): boolean {
    return this.waiting.holds(log, seq);
  }

  waitingAt(log: LogId, seq: number): WaitingTransaction | undefined {
    return this.waiting.at(log, seq);
  }

  waitingToAbandon(): readonly WaitingTransaction[] {
    return this.waiting.toAbandon();
  }

  waitingFor(range: TransactionRange): WaitingTransaction | undefined {
    return this.waiting.forRange(range);
  }

  waitingForSchema(id: Uint8Array): readonly WaitingTransaction[] {
    return this.waiting.forSchema(id);
  }

  waitingForChange(): readonly WaitingTransaction[] {
    return this.waiting.forChange();
  }

  schema(id: Uint8Array): Schema | undefined {
    const bytes = this.#schema.get(id);
    return bytes && decodeSchema(bytes);
  }

  interpreted(range: TransactionRange): void {
    this.todo.interpreted(range);
    this.digest.mark(range, this.batches.firsts(range.log, range.first, range.last));
  }

  voidFrom(log: LogId): number | undefined {
    return this.#voids.from(log);
  }

  voids(): Iterable<VoidInterval> {
    return this.#voids.all();
  }

  abandon(interval: VoidInterval): void {
    const { log, from } = interval;
    this.#voids.put(interval);
    this.waiting.removeFrom(log, from);
    this.#options.advanced(log);
    const state = this.log(log);
    if (state === undefined || state.seq < from) return;
    const { number, previous } = this.batches.headerOf(log, from);
    const head = number === 1 ? noId : previous;
    this.#logs.change(log, { seq: from - 1, number: number - 1, whole: from - 1, head });
  }

  anew(batch: Uint8Array): Dot | undefined {
    return this.#voids.anew(batch);
  }

  putAnew(batch: Uint8Array, first: Dot): void {
    this.#voids.putAnew(batch, first);
  }

  signedHeader(log: LogId, first: number): SignedHeader | undefined {
    return this.batches.header(log, first) && this.batches.envelope(log, first);
  }

  putTold(log: LogId, first: number): void {
    this.#told.put(log, first);
  }

  lastTold(log: LogId): number {
    const first = this.#told.last(log);
    if (first === undefined) return 0;
    const { count } = this.batches.headerOf(log, first);
    return first + count - 1;
  }

  isTold(log: LogId, first: number): boolean {
    return this.#told.has(log, first);
  }

  get doubt(): Doubt {
    return this.#told.doubt;
  }

  set doubt(doubt: Doubt) {
    this.#told.doubt = doubt;
  }

  recomputed(range: TransactionRange): void {
    this.interpreted(range);
    this.#options.advanced(range.log);
  }

  /** Envelopes that count after a sequence that ends a batch, up to `maxBytes` of bodies, at least one if any. */
  read(log: LogId, after: number, maxBytes: number): readonly Envelope[] {
    return this.batches.read(log, after, maxBytes, this.#voids.from(log));
  }

  lostWrite(table: ObjectRef, uid: Uid, group: number, entry: RowEntry): void {
    this.conflicts.lost(table, uid, group, entry);
  }

  flush(): void {
    this.objects.flush();
    this.#logs.flush();
  }

  /** Takes everything from the file, after a transaction was rolled back. */
  reload(): void {
    this.#logs.reload();
    this.objects.reload();
    this.batches.clear();
    this.waiting.reload();
    this.#voids.reload();
    this.#spentSince.reload();
    this.#told.reload();
    this.conflicts.reload();
    this.todo.reload();
    this.digest.fresh.clear();
    this.states.reload();
  }
}
