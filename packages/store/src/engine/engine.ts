import type { Batch, MakeCrypto } from "@jarvis-crdt/batch";
import {
  cutValues,
  type Dot,
  type EncodedRowAdd,
  EncodedValues,
  type Hlc,
  type HybridClock,
  hlcAt,
  hlcTime,
  isBeyondDrift,
  type LogId,
  nodeOf,
  type Operation,
  type Value,
} from "@jarvis-crdt/crdt";
import { type Collected, type CollectRequest, collect } from "../collection/collect.ts";
import { StoreError } from "../error.ts";
import type { Applied, CapturedTransaction, Committed, Doubts, StoreContext } from "../store.ts";
import { Bindings } from "./bindings.ts";
import { doubtsOf, raiseDoubt, settleDoubts } from "./doubts.ts";
import { Draft, usualLimits } from "./draft.ts";
import { Healing } from "./healing.ts";
import { Interpretation } from "./interpretation.ts";
import { Interpreter } from "./interpreter.ts";
import type { Medium } from "./medium.ts";
import type { ObjectRef } from "./object.ts";
import { OpenBatch } from "./open-batch.ts";
import { placementOf } from "./placement.ts";
import { Planner, type SeenRow } from "./plan.ts";
import type { OwnGroup, SchemaBinding, TableBinding } from "./schema-map.ts";
import { type Spent, spentOf } from "./spent.ts";
import { ValueReader } from "./values.ts";
import { wither } from "./wither.ts";

/** The medium that an engine works over, and whence it takes logs, stamps and cryptography. */
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
  readonly wrote?: (dot: Dot, operation: Operation | EncodedRowAdd) => void;
}

/** Id of a batch or schema that is none: 32 zero bytes. */
export const noId: Uint8Array = new Uint8Array(32);

/**
 * What every store does, whatever its medium: numbers and checks what it stores, interprets whole transactions or
 * none, and mints. All methods run inside a transaction of the medium that the caller opened.
 */
export class Engine {
  readonly #options: EngineOptions;
  readonly #medium: Medium;
  readonly #planner: Planner;
  readonly #healing: Healing;
  readonly #bindings: Bindings;
  readonly #interpretation: Interpretation;
  /** Reads the values that cells refer to. */
  readonly values: ValueReader;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#medium = options.medium;
    this.#planner = new Planner(options.medium.cells, options.schema);
    this.#bindings = new Bindings(options.medium, options.schema, options.hasher);
    this.#interpretation = new Interpretation(options.medium, this.#bindings);
    this.#healing = new Healing({
      ...options,
      interpret: (range) => this.#interpretation.act(range),
    });
    this.values = new ValueReader(options.medium, (schema) => this.binding(schema));
  }

  /** The node's own schema as it travels. */
  get ownSchema(): Bindings["ownSchema"] {
    return this.#bindings.ownSchema;
  }

  /** A table of this node's schema by its index there. */
  ownTable(index: number): TableBinding {
    return this.#bindings.ownTable(index);
  }

  /** This node's column groups of a table, in its own order; undefined where the table is not in its schema. */
  ownGroups(table: ObjectRef): readonly OwnGroup[] | undefined {
    return this.#bindings.ownGroups(table);
  }

  /** How rows under this schema become rows of this node; undefined while the schema is not stored. */
  binding(schema: Uint8Array): SchemaBinding | undefined {
    return this.#bindings.of(schema);
  }

  /** Mints the intents as one transaction. */
  commit(transaction: CapturedTransaction, author: AuthorView = {}): Committed {
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
        schema: this.#bindings.ownSchema?.id ?? noId,
        epoch: 0,
        stamp: () => clock.tick(),
      },
      this.#options,
      ({ batch, open }) => {
        this.#medium.append(batch, open);
        last = open.last;
        // Rows that come batch by batch are digested without being read.
        interpreter.flush();
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
      const isPlain = "values" in intent && !(intent.values instanceof EncodedValues);
      const cut = isPlain ? cutValues(intent.values as readonly Value[]) : undefined;
      const operation = cut === undefined ? planned : ({ ...planned, values: cut.values } as Operation);
      const pieces = cut?.pieces ?? [];
      const { seq } = draft.next();
      const dot = { log, seq: seq + pieces.length };
      draft.add(operation, pieces);
      for (let i = 0; i < pieces.length; i++) interpreter.piece(seq + i);
      interpreter.operation(dot.seq, operation, this.#bindings.own);
      author.wrote?.(dot, operation);
      dots.push(dot);
    }
    interpreter.flush();
    draft.finish();
    if (last !== undefined) {
      const range = { log, first, last };
      this.#medium.setWhole(log, last);
      this.#medium.interpreted(range);
      this.#interpretation.retry(range);
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
      const place = placementOf(this.#medium, this.#options.cluster, batch);
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
      raiseDoubt(this.#medium, batch);
      if (continues) {
        if (!open.isHollow) this.#medium.goesOn(open);
        continue;
      }
      const state = this.#medium.log(log)!;
      const range = { log, first: state.whole + 1, last: state.seq };
      this.#interpretation.whole(range);
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
    this.#interpretation.untie();
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
      this.#interpretation.untie();
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
    for (const waiting of this.#medium.waitingForSchema(id)) this.#interpretation.again(waiting);
    this.#settle();
  }

  /** This node reads other things than the last time: whatever waited for that is tried again. */
  changed(): void {
    for (const waiting of this.#medium.waitingForChange()) this.#interpretation.again(waiting);
    this.#settle();
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
    return doubtsOf(this.#medium);
  }

  /** Lets fall what is spent elsewhere; returns how many operations fell. */
  wither(log: LogId, spent: Spent): number {
    this.#interpretation.passSpent(log, spent.runs);
    return wither(this.#medium, (schema) => this.binding(schema), log, spent);
  }

  settle(doubts: Doubts): void {
    settleDoubts(this.#medium, doubts);
  }

  /**
   * Whatever waits and needs to no more acts; and where another instance of this node abandoned a log, what this one has of it is
   * minted anew.
   */
  #settle(): void {
    this.#interpretation.untie();
    while (this.#interpretation.takeAbandoned()) {
      const own = [...this.#medium.voids()].filter(({ log }) => nodeOf(log) === this.#options.node);
      for (const { log } of own) if (this.#healing.isUnsettled(log)) this.#healing.heal(log, []);
      this.#interpretation.untie();
    }
  }
}
