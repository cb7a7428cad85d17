import { type Batch, type BatchHeader, type MakeCrypto, schemaId } from "@jarvis-crdt/batch";
import {
  cutValues,
  type Dot,
  encodeSchema,
  type HybridClock,
  type LogId,
  type Operation,
  type Schema,
} from "@jarvis-crdt/crdt";
import { StoreError } from "../error.ts";
import type { Applied, Committed, StoreContext, Transaction } from "../store.ts";
import { equalBytes, keyOf } from "./bytes.ts";
import { Draft } from "./draft.ts";
import { examine } from "./examine.ts";
import { Interpreter } from "./interpreter.ts";
import type { LogState, Medium } from "./medium.ts";
import type { ObjectRef } from "./object.ts";
import { OpenBatch } from "./open-batch.ts";
import { Planner, type SeenRow } from "./plan.ts";
import { bindSchema, type OwnGroup, type SchemaBinding, type TableBinding } from "./schema-map.ts";
import { ValueReader } from "./values.ts";
import type { TransactionRange } from "./waiting.ts";

export interface EngineOptions extends StoreContext, MakeCrypto {
  readonly medium: Medium;
  readonly clock: HybridClock;
  /** The log to mint into, and what the header of its first batch names. Called once per commit. */
  readonly ownLog: () => { readonly log: LogId; readonly previous: Uint8Array };
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
      if (continues) {
        this.#medium.goesOn(open);
        continue;
      }
      const state = this.#medium.log(log)!;
      const range = { log, first: state.whole + 1, last: state.seq };
      if (this.#interpret(range, false)) this.#retry(range);
    }
    return { stored, operations, refused: [...refused.values()] };
  }

  /** A schema came: what waited for it goes on. */
  schemaArrived(id: Uint8Array): void {
    for (const waiting of this.#medium.waitingForSchema(id)) this.#again(waiting);
  }

  /** This node reads other things than the last time: whatever waited for that is tried again. */
  changed(): void {
    for (const waiting of this.#medium.waitingForChange()) this.#again(waiting);
  }

  #bindTo(theirs: Schema): SchemaBinding {
    return bindSchema(theirs, this.#options.schema, (name) => this.#medium.cells.object("table", name));
  }

  #place(batch: Batch): "next" | "stored" | string {
    const { header } = batch;
    const state = this.#medium.log(header.log);
    if (!equalBytes(header.cluster, this.#options.cluster)) return "wrong-cluster";
    if (state !== undefined && header.first <= state.seq) {
      const stored = this.#medium.batchId(header.log, header.first);
      return stored !== undefined && equalBytes(stored, batch.id) ? "stored" : "fork";
    }
    return continuity(header, state) ?? "next";
  }

  /** Interprets a transaction that is stored whole, or lets it wait. */
  #interpret(range: TransactionRange, waited: boolean): boolean {
    const { log, last } = range;
    const wait = examine(this.#medium, this.#batches(range), range, (id) => this.binding(id));
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
    return true;
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
