import {
  type Batch,
  type BatchHeader,
  decodeHeader,
  isHollow,
  type MakeCrypto,
  schemaId,
} from "@jarvis-crdt/batch";
import {
  cutValues,
  type Dot,
  encodeSchema,
  type Hlc,
  type HybridClock,
  hlcAt,
  hlcTime,
  isBeyondDrift,
  type LogId,
  nodeOf,
  type Operation,
  type Schema,
} from "@jarvis-crdt/crdt";
import { type Collected, type CollectRequest, collect } from "../collection/collect.ts";
import { StoreError } from "../error.ts";
import type { Applied, Committed, Doubts, StoreContext, Transaction } from "../store.ts";
import { equalBytes, keyOf } from "./bytes.ts";
import { Draft, usualLimits } from "./draft.ts";
import { type AbandonAt, type Examined, examine, type IsCovered } from "./examine.ts";
import { Healing } from "./healing.ts";
import { Interpreter, isCoveredAt } from "./interpreter.ts";
import { findKnot } from "./knot.ts";
import type { LogState, Medium } from "./medium.ts";
import type { ObjectRef } from "./object.ts";
import { OpenBatch } from "./open-batch.ts";
import { Planner, type SeenRow } from "./plan.ts";
import { Recomputation } from "./recompute.ts";
import { bindSchema, type OwnGroup, type SchemaBinding, type TableBinding } from "./schema-map.ts";
import { isWithin, type Spent, spentOf } from "./spent.ts";
import { ValueReader } from "./values.ts";
import type { TransactionRange } from "./waiting.ts";
import { wither } from "./wither.ts";

export interface EngineOptions extends StoreContext, MakeCrypto {
  readonly medium: Medium;
  readonly clock: HybridClock;
  /** The log to mint into, and what the header of its first batch names. Called once per commit. */
  readonly ownLog: () => { readonly log: LogId; readonly previous: Uint8Array };
  /** Takes a new incarnation, and returns its log. */
  readonly newLog: () => { readonly log: LogId; readonly previous: Uint8Array };
  /** No stamp of this node lies before this. */
  readonly earliest: Hlc;
}

/** An author who does not see the cells but something older, and wants to know what became of it. */
export interface AuthorView {
  /** What he sees of a row; its cell, unless given. */
  readonly seen?: SeenRow;
  /** Called with each operation of the transaction. A run of `row.add` may not have reached the cells yet. */
  readonly wrote?: (dot: Dot, operation: Operation) => void;
}

/** Id of a batch or schema that is none: 32 zero bytes. */
export const noId: Uint8Array = new Uint8Array(32);

/** Schemas that are kept bound. Peers choose how many there are. */
const maxBindings = 64;

/**
 * What every store does, whatever its medium: numbers and checks what it stores, interprets whole transactions or
 * none, and mints. All methods run inside a transaction of the medium that the caller opened.
 */
export class Engine {
  readonly #options: EngineOptions;
  readonly #medium: Medium;
  readonly #planner: Planner;
  readonly #healing: Healing;
  /** Whether a log was abandoned since the last look. */
  #abandoned = false;
  readonly #bindings = new Map<string, SchemaBinding>();
  #lastBound: { readonly schema: Uint8Array; readonly binding: SchemaBinding } | undefined;
  readonly #ownSchema: { readonly id: Uint8Array; readonly bytes: Uint8Array } | undefined;
  readonly #ownBinding: SchemaBinding | undefined;
  readonly #ownGroups = new Map<ObjectRef, readonly OwnGroup[]>();
  /** Reads the values that cells refer to. */
  readonly values: ValueReader;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#medium = options.medium;
    this.#planner = new Planner(options.medium.cells, options.schema);
    if (options.schema !== undefined) {
      const bytes = encodeSchema(options.schema);
      this.#ownSchema = { id: schemaId(bytes, options.hasher), bytes };
      this.#ownBinding = this.#bindTo(options.schema);
      for (const table of this.#ownBinding.tables) {
        if (typeof table !== "string") this.#ownGroups.set(table.object, table.own);
      }
    }
    this.#healing = new Healing({
      ...options,
      interpret: (range) => {
        if (this.#interpret(range, false)) this.#retry(range);
      },
    });
    this.values = new ValueReader(options.medium, (schema) => this.binding(schema));
  }

  /** The node's own schema as it travels. */
  get ownSchema(): { readonly id: Uint8Array; readonly bytes: Uint8Array } | undefined {
    return this.#ownSchema;
  }

  /** A table of this node's schema by its index there. */
  ownTable(index: number): TableBinding {
    const table = this.#ownBinding?.tables[index];
    if (table === undefined || typeof table === "string") throw new Error(`there is no own table ${index}`);
    return table;
  }

  /** This node's column groups of a table, in its own order; undefined where the table is not in its schema. */
  ownGroups(table: ObjectRef): readonly OwnGroup[] | undefined {
    return this.#ownGroups.get(table);
  }

  /** How rows under this schema become rows of this node; undefined while the schema is not stored. */
  binding(schema: Uint8Array): SchemaBinding | undefined {
    if (this.#lastBound !== undefined && equalBytes(this.#lastBound.schema, schema)) {
      return this.#lastBound.binding;
    }
    const binding = this.#findBinding(schema);
    if (binding !== undefined) this.#lastBound = { schema, binding };
    return binding;
  }

  #findBinding(schema: Uint8Array): SchemaBinding | undefined {
    const key = keyOf(schema);
    const known = this.#bindings.get(key);
    if (known !== undefined) return known;
    const theirs = this.#medium.schema(schema);
    if (theirs === undefined) return undefined;
    const binding = this.#bindTo(theirs);
    if (this.#bindings.size >= maxBindings) this.#bindings.clear();
    this.#bindings.set(key, binding);
    return binding;
  }

  /** Mints the intents as one transaction. */
  commit(transaction: Transaction, author: AuthorView = {}): Committed {
    const { intents, times } = transaction;
    const { clock, node } = this.#options;
    if (times !== undefined && times.length !== intents.length) {
      throw new StoreError("invalid-intent", `${times.length} times for ${intents.length} intents`);
    }
    const refusal = intents.length > 0 ? this.#options.refusal?.() : undefined;
    if (refusal !== undefined) throw new StoreError("clock-contradicted", refusal);
    const { log, previous } = this.#options.ownLog();
    if (!log.startsWith(node)) throw new Error("a node mints into its own logs only");
    const before = this.#medium.log(log);
    const first = (before?.seq ?? 0) + 1;
    let last: number | undefined;
    const draft = new Draft(
      {
        log,
        cluster: this.#options.cluster,
        previous: before?.head ?? previous,
        number: (before?.number ?? 0) + 1,
        first,
        schema: this.#ownSchema?.id ?? noId,
        epoch: 0,
        stamp: () => clock.tick(),
      },
      this.#options,
      ({ batch, open }) => {
        this.#medium.append(batch, open);
        last = open.last;
      },
      { ...usualLimits, operations: this.#options.batchOperations ?? usualLimits.operations },
    );
    const interpreter = new Interpreter(this.#medium, { log, first, last: Number.MAX_SAFE_INTEGER });
    const look = author.seen ?? ((table, uid) => this.#medium.cells.row(table, uid));
    const dots: (Dot | null)[] = [];
    for (let i = 0; i < intents.length; i++) {
      const intent = intents[i]!;
      const isAdd = intent.kind === "row.add";
      if (!isAdd) interpreter.flush();
      const stamp = isAdd && intent.base ? "base" : times ? clock.stamp(times[i]!) : clock.tick();
      const planned = this.#planner.plan(intent, stamp, log, look);
      if (planned === undefined) {
        dots.push(null);
        continue;
      }
      const cut = "values" in intent ? cutValues(intent.values) : undefined;
      const operation = cut === undefined ? planned : { ...planned, values: cut.values };
      const pieces = cut?.pieces ?? [];
      const { seq } = draft.next();
      const dot = { log, seq: seq + pieces.length };
      draft.add(operation, pieces);
      for (let i = 0; i < pieces.length; i++) interpreter.piece(seq + i);
      interpreter.operation(dot.seq, operation, this.#ownBinding);
      author.wrote?.(dot, operation);
      dots.push(dot);
    }
    interpreter.flush();
    draft.finish();
    if (last !== undefined) {
      const range = { log, first, last };
      this.#medium.setWhole(log, last);
      this.#medium.interpreted(range);
      this.#retry(range);
    }
    return { dots, transactions: draft.transactions };
  }

  /** Stores verified batches, and interprets what can be. */
  apply(batches: readonly Batch[]): Applied {
    const refused = new Map<LogId, { log: LogId; first: number; reason: string }>();
    let stored = 0;
    let operations = 0;
    for (const batch of batches) {
      const { log, first, count, hlcMax, continues } = batch.header;
      if (refused.has(log)) continue;
      const place = this.#place(batch);
      if (place === "stored") continue;
      if (place !== "next") {
        refused.set(log, { log, first, reason: place });
        continue;
      }
      const { header, operations: given, leaves, envelope } = batch;
      const open = new OpenBatch(header, { operations: given, leaves }, envelope.rawLength);
      this.#medium.append(batch, open);
      this.#options.clock.observe(hlcMax);
      stored++;
      operations += count;
      this.#doubt(batch);
      if (continues) {
        if (!open.isHollow) this.#medium.goesOn(open);
        continue;
      }
      const state = this.#medium.log(log)!;
      const range = { log, first: state.whole + 1, last: state.seq };
      if (this.#isHollow(range, "wholly")) this.#pass(range);
      else if (this.#interpret(range, false)) this.#retry(range);
    }
    this.#settle();
    return { stored, operations, refused: [...refused.values()] };
  }

  /**
   * What somebody holds of a log of this node: where that proves that it was written twice, the log is abandoned, and what
   * it held is minted anew. Returns whether anything was.
   */
  heal(log: LogId, shown: readonly Batch[]): boolean {
    for (const { header } of shown) this.#options.clock.observe(header.hlcMax);
    const healed = this.#healing.heal(log, shown);
    this.#untie();
    return healed;
  }

  /** Whether something of this node may be stamped further ahead of now than clocks may differ. O(1). */
  get isAhead(): boolean {
    const { clock, now } = this.#options;
    return isBeyondDrift(clock.last, hlcAt(now()));
  }

  /**
   * Abandons whatever this node's logs hold that is stamped so far ahead, and mints it anew. Only where the clock is known to
   * be right: by one that is behind everything is ahead. Returns whether there was any.
   */
  abandonFuture(): boolean {
    const { clock, now, node, earliest } = this.#options;
    if (!this.isAhead) return false;
    const before = clock.last;
    const own = [...this.#medium.logs()].filter(({ id }) => nodeOf(id) === node);
    clock.turnBack(Math.max(now(), hlcTime(earliest)));
    try {
      for (const { id, seq } of own) {
        // It may be ahead as far as clocks may differ, and goes on.
        const { hlcMax } = this.#medium.open(id, seq)!.header;
        if (!isBeyondDrift(hlcMax, hlcAt(now()))) clock.observe(hlcMax);
      }
      const abandoned = own.filter(({ id }) => this.#healing.abandonFuture(id));
      this.#untie();
      return abandoned.length > 0;
    } catch (error) {
      // Nothing of it remains, and the logs go on after their last stamps.
      clock.observe(before);
      throw error;
    }
  }

  /** Abandoned logs of which something is stored that nobody has minted anew. */
  unsettled(): readonly LogId[] {
    const logs: LogId[] = [];
    for (const { log } of this.#medium.voids()) if (this.#healing.isUnsettled(log)) logs.push(log);
    return logs;
  }

  /** A schema came: what waited for it goes on. */
  schemaArrived(id: Uint8Array): void {
    for (const waiting of this.#medium.waitingForSchema(id)) this.#again(waiting);
    this.#settle();
  }

  /** This node reads other things than the last time: whatever waited for that is tried again. */
  changed(): void {
    for (const waiting of this.#medium.waitingForChange()) this.#again(waiting);
    this.#settle();
  }

  #bindTo(theirs: Schema): SchemaBinding {
    return bindSchema(theirs, this.#options.schema, (name) => this.#medium.cells.object("table", name));
  }

  #place(batch: Batch): "next" | "stored" | string {
    const { header } = batch;
    const state = this.#medium.log(header.log);
    if (!equalBytes(header.cluster, this.#options.cluster)) return "wrong-cluster";
    // What does not count is passed over.
    if (header.first >= (this.#medium.voidFrom(header.log) ?? Number.POSITIVE_INFINITY)) return "stored";
    if (state !== undefined && header.first <= state.seq) {
      const stored = this.#medium.batchId(header.log, header.first);
      return stored !== undefined && equalBytes(stored, batch.id) ? "stored" : "fork";
    }
    return continuity(header, state) ?? "next";
  }

  /** What of a log is spent after a sequence, as far as one answer goes. */
  spent(log: LogId, after: number): ReturnType<typeof spentOf> {
    return spentOf(this.#medium, (schema) => this.binding(schema), log, after);
  }

  /** Empties transactions of which nothing lives, as far as one page goes. */
  collect(request: CollectRequest): Collected {
    return collect(this.#medium, (schema) => this.binding(schema), request);
  }

  /** What lives here and may have been removed by what was taken hollow. */
  doubts(): Doubts | undefined {
    const { until, causes, settled } = this.#medium.doubt;
    if (causes === settled) return undefined;
    const logs: { log: LogId; through: number }[] = [];
    for (const { id: log, whole: through } of this.#medium.logs()) {
      const first = this.#medium.signedHeader(log, 1);
      if (first !== undefined && through > 0 && decodeHeader(first.header).hlcMin <= until)
        logs.push({ log, through });
    }
    return { logs, causes };
  }

  /** Lets fall what is spent elsewhere; returns how many operations fell. */
  wither(log: LogId, spent: Spent): number {
    for (const waiting of this.#medium.waitingForChange()) {
      const { log: of, first, last } = waiting;
      if (of !== log || !isWithin(spent.runs, first, last) || !this.#isHollow(waiting, "partly")) continue;
      this.#medium.removeWaiting(waiting);
      this.#pass(waiting);
    }
    return wither(this.#medium, (schema) => this.binding(schema), log, spent);
  }

  settle({ causes }: Doubts): void {
    const { doubt } = this.#medium;
    this.#medium.doubt = { ...doubt, settled: Math.max(doubt.settled, causes) };
  }

  /** What came may be what a batch taken hollow removed, or is such a batch. */
  #doubt({ header, envelope }: Batch): void {
    const { until, causes, settled } = this.#medium.doubt;
    if (!isHollow(envelope) && header.hlcMin > until) return;
    const latest = isHollow(envelope) ? Math.max(until, header.hlcMax) : until;
    this.#medium.doubt = { until: latest, causes: causes + 1, settled };
  }

  #isHollow(range: TransactionRange, how: "wholly" | "partly"): boolean {
    if (this.#medium.doubt.until === 0) return false;
    for (const { isHollow } of this.#batches(range)) if (isHollow === (how === "partly")) return isHollow;
    return how === "wholly";
  }

  /** A transaction of which nothing lives anywhere: its operations are there, and nobody waits for them any more. */
  #pass(range: TransactionRange): void {
    const { log, first, last } = range;
    for (const batch of this.#batches(range)) this.#medium.putTold(log, batch.header.first);
    if ((this.#medium.log(log)?.whole ?? 0) < last) this.#medium.setWhole(log, last);
    const { cells } = this.#medium;
    for (let seq = first; seq <= last && cells.hasDeferred(log); seq++) cells.takeDeferred({ log, seq });
    this.#retry(range);
  }

  /** Interprets a transaction that is stored whole, or lets it wait. */
  #interpret(range: TransactionRange, waited: boolean): boolean {
    const { log, last } = range;
    const { wait, abandons } = this.#examine(range, (add, seq) => isCoveredAt(this.#medium, add, range, seq));
    // While it still waits, or is not whole: none of it is among what cells are computed from.
    const voided = wait === undefined ? abandons.map((one) => this.#abandon(one)) : [];
    if (waited) this.#medium.removeWaiting(range);
    if (wait !== undefined) {
      this.#medium.addWaiting(range, wait);
      if (!waited) this.#medium.setWhole(log, last);
      return false;
    }
    const interpreter = new Interpreter(this.#medium, range);
    for (const batch of this.#batches(range)) interpreter.batch(batch, this.binding(batch.header.schema));
    if (!waited) this.#medium.setWhole(log, last);
    this.#medium.interpreted(range);
    for (const one of voided) if (one !== undefined) this.#retry(one);
    return true;
  }

  #examine(range: TransactionRange, isCovered: IsCovered): Examined {
    return examine(this.#batches(range), (id) => this.binding(id), isCovered);
  }

  /** Transactions that wait for nothing but what they abandon, each other's or their own, act together. */
  #untie(): void {
    for (;;) {
      const knot = findKnot(this.#medium, (range, isCovered) => this.#examine(range, isCovered));
      if (knot.length === 0) return;
      const voided = knot.flatMap(({ abandons }) => abandons.map((one) => this.#abandon(one)));
      // One may be of what another one abandons, and then waits no more.
      for (const { range } of knot) if (this.#medium.isWaiting(range.log, range.first)) this.#again(range);
      for (const one of voided) if (one !== undefined) this.#retry(one);
    }
  }

  /**
   * What the log holds from there on counts no more: the cells of which it speaks are computed anew. Returns what nobody
   * needs to wait for any more.
   */
  #abandon({ abandon, by }: AbandonAt): TransactionRange | undefined {
    const { abandoned: log, from, proof, anew } = abandon;
    const medium = this.#medium;
    for (const { batch, first } of anew) medium.putAnew(batch, { log: by.log, seq: first });
    const end = medium.voidFrom(log);
    if (end !== undefined && end <= from) return undefined;
    this.#abandoned = true;
    const last = medium.log(log)?.whole ?? 0;
    const recomputation = new Recomputation(medium, (schema) => this.binding(schema));
    if (last >= from) {
      for (const batch of this.#batches({ log, first: from, last })) {
        if (!medium.isWaiting(log, batch.header.first)) recomputation.touch(batch);
      }
    }
    medium.abandon({ log, from, by, proof });
    recomputation.run();
    if (last >= from) medium.recomputed({ log, first: from, last });
    return { log, first: from, last: Number.MAX_SAFE_INTEGER };
  }

  /**
   * Whatever waits and needs to no more acts; and where another instance of this node abandoned a log, what this one has of it is
   * minted anew.
   */
  #settle(): void {
    this.#untie();
    while (this.#abandoned) {
      this.#abandoned = false;
      const own = [...this.#medium.voids()].filter(({ log }) => nodeOf(log) === this.#options.node);
      for (const { log } of own) if (this.#healing.isUnsettled(log)) this.#healing.heal(log, []);
      this.#untie();
    }
  }

  *#batches({ log, first, last }: TransactionRange): Iterable<OpenBatch> {
    for (let seq = first; seq <= last; ) {
      const batch = this.#medium.open(log, seq);
      if (batch === undefined) throw new Error(`operation ${seq} of ${log} is not stored`);
      yield batch;
      seq = batch.last + 1;
    }
  }

  /** Tries what waits for operations that were just interpreted, and what waits for that, until nothing moves. */
  #retry(range: TransactionRange): void {
    const covered = [range];
    for (let next = covered.pop(); next !== undefined; next = covered.pop()) {
      // What still waits then waits for another operation, so this ends.
      for (;;) {
        const waiting = this.#medium.waitingFor(next);
        if (waiting === undefined) break;
        if (this.#interpret(waiting, true)) covered.push(waiting);
      }
    }
  }

  #again(waiting: TransactionRange): void {
    if (this.#interpret(waiting, true)) this.#retry(waiting);
  }
}

function continuity(header: BatchHeader, state: LogState | undefined): string | undefined {
  if (header.first !== (state?.seq ?? 0) + 1 || header.number !== (state?.number ?? 0) + 1) return "gap";
  if (state !== undefined && !equalBytes(header.previous, state.head)) return "fork";
  return undefined;
}
