import {
  type Batch,
  type Compressor,
  type Envelope,
  type Hasher,
  type Signer,
  schemaId,
} from "@jarvis-crdt/batch";
import {
  decodeSchema,
  type Frontier,
  type FrontierEntry,
  HybridClock,
  type LogId,
  makeLogId,
  type NodeId,
  nodeOf,
  type Uid,
  type Value,
} from "@jarvis-crdt/crdt";
import type { Collected, CollectRequest, Stretch } from "../collection/collect.ts";
import { commonPoint, pointsOf, untilHollow } from "../engine/branches.ts";
import { equalBytes, keyOf } from "../engine/bytes.ts";
import { Engine, noId } from "../engine/engine.ts";
import { frontierOf, interpretedLogs, logTotals, voidLogs } from "../engine/logs.ts";
import { objectCells, objectNames } from "../engine/object-cells.ts";
import { counterState, registerState, rowState, setState } from "../engine/object-states.ts";
import type { Spent, SpentHere } from "../engine/spent.ts";
import { StoreError } from "../error.ts";
import type {
  Applied,
  Committed,
  Counts,
  Digest,
  Doubts,
  LogHead,
  LogWeight,
  ObjectCell,
  ObjectName,
  RegisterState,
  RowState,
  Store,
  StoreContext,
  Transaction,
  VoidLog,
} from "../store.ts";
import { digestOf, rowCount } from "./memory-digest.ts";
import { MemoryMedium } from "./memory-medium.ts";
import { openConflicts, rowConflicts } from "./open-conflicts.ts";

/** What a store in memory takes from outside. */
export interface MemoryStoreOptions extends StoreContext {
  readonly signer: Signer;
  readonly hasher: Hasher;
  readonly compressor: Compressor;
}

/**
 * A store that forgets everything when it is dropped: for tests, simulations and browsers. It is the reference for
 * what the others must do, so it prefers being plain to being fast; its digest is computed from scratch, O(cells).
 */
export class MemoryStore implements Store {
  readonly node: NodeId;
  readonly cluster: Uint8Array;
  readonly #options: MemoryStoreOptions;
  readonly #medium: MemoryMedium;
  readonly #engine: Engine;
  readonly #listeners = new Set<(advanced: readonly LogId[]) => void>();
  readonly #advanced = new Set<LogId>();
  #ownLog: LogId;
  #previous: Uint8Array = noId;
  #isOpen = true;

  constructor(options: MemoryStoreOptions) {
    this.node = options.node;
    this.cluster = options.cluster;
    this.#options = options;
    this.#ownLog = this.#newLog();
    this.#medium = new MemoryMedium((log) => this.#advanced.add(log));
    this.#engine = new Engine({
      ...options,
      medium: this.#medium,
      clock: new HybridClock(options.now),
      ownLog: () => ({ log: this.#ownLog, previous: this.#previous }),
      newLog: () => this.#renew(),
      earliest: 1,
    });
    const own = this.#engine.ownSchema;
    if (own !== undefined) this.#medium.schemas.set(keyOf(own.id), own.bytes);
  }

  /**
   * Goes on with a log of this node that is stored here, instead of a new one. Only for whoever can prove that nobody
   * else continues it; a simulated machine that was cloned while it ran does it without proof.
   */
  continueLog(log: LogId): void {
    this.#checkOpen();
    if (nodeOf(log) !== this.node || this.#medium.log(log) === undefined)
      throw new RangeError("only a log of this node that is stored here can be continued");
    this.#ownLog = log;
  }

  async commit(transaction: Transaction): Promise<Committed> {
    return this.#change(() => this.#engine.commit(transaction));
  }

  async apply(batches: readonly Batch[]): Promise<Applied> {
    return this.#change(() => {
      const own = this.#ownLog;
      const before = this.#medium.log(own);
      const applied = this.#engine.apply(batches);
      const after = this.#medium.log(own);
      // Somebody continued or abandoned this log: another copy of this store is alive.
      const isAbandoned = this.#medium.voidFrom(own) !== undefined;
      if (this.#ownLog === own && (isAbandoned || after?.seq !== before?.seq)) this.#renew();
      return applied;
    });
  }

  async frontier(): Promise<Frontier> {
    this.#checkOpen();
    return frontierOf(this.#medium);
  }

  async read(log: LogId, after: number, maxBytes: number): Promise<readonly Envelope[]> {
    this.#checkOpen();
    return this.#medium.read(log, after, maxBytes);
  }

  async head(log: LogId): Promise<LogHead | undefined> {
    this.#checkOpen();
    const batch = this.#medium.head(log);
    return batch && { id: batch.id, header: batch.header };
  }

  async voids(): Promise<readonly VoidLog[]> {
    this.#checkOpen();
    return voidLogs(this.#medium, this.#engine);
  }

  async heal(log: LogId, shown: readonly Batch[]): Promise<boolean> {
    return this.#change(() => this.#engine.heal(log, shown));
  }

  async abandonFuture(): Promise<boolean> {
    return this.#change(() => this.#engine.abandonFuture());
  }

  async points(log: LogId): Promise<readonly FrontierEntry[]> {
    this.#checkOpen();
    return pointsOf(this.#medium, log);
  }

  async branch(log: LogId, points: readonly FrontierEntry[], maxBytes: number): Promise<readonly Envelope[]> {
    this.#checkOpen();
    return untilHollow(this.#medium.readAll(log, commonPoint(this.#medium, log, points), maxBytes));
  }

  async spent(log: LogId, after: number): Promise<SpentHere> {
    this.#checkOpen();
    const settled = this.#engine.doubts() === undefined && this.#medium.waitingCount === 0;
    return { ...this.#engine.spent(log, after), settled };
  }

  async doubts(): Promise<Doubts | undefined> {
    this.#checkOpen();
    return this.#engine.doubts();
  }

  async wither(log: LogId, spent: Spent): Promise<number> {
    return this.#change(() => this.#engine.wither(log, spent));
  }

  async settle(doubts: Doubts): Promise<void> {
    this.#change(() => this.#engine.settle(doubts));
  }

  async collect(request: CollectRequest): Promise<Collected> {
    return this.#change(() => this.#engine.collect(request));
  }

  async interpreted(): Promise<ReadonlyMap<LogId, Stretch>> {
    this.#checkOpen();
    return interpretedLogs(this.#medium);
  }

  async weight(log: LogId, after: number, through: number): Promise<LogWeight> {
    this.#checkOpen();
    return this.#medium.weight(log, after, through);
  }

  async authors(): Promise<readonly NodeId[]> {
    this.#checkOpen();
    return [...this.#medium.certificates.keys()];
  }

  async certificates(node: NodeId): Promise<readonly Uint8Array[]> {
    this.#checkOpen();
    return this.#medium.certificates.get(node) ?? [];
  }

  async putCertificate(node: NodeId, der: Uint8Array): Promise<void> {
    this.#change(() => {
      const known = this.#medium.certificates.get(node) ?? [];
      if (!known.some((one) => equalBytes(one, der))) {
        this.#medium.certificates.set(node, [new Uint8Array(der), ...known]);
      }
    });
  }

  async schema(id: Uint8Array): Promise<Uint8Array | undefined> {
    this.#checkOpen();
    return this.#medium.schemas.get(keyOf(id));
  }

  async putSchema(id: Uint8Array, bytes: Uint8Array): Promise<void> {
    decodeSchema(bytes);
    if (!equalBytes(schemaId(bytes, this.#options.hasher), id)) {
      throw new StoreError("wrong-schema", "the bytes of the schema do not have this id");
    }
    this.#change(() => {
      if (this.#medium.schemas.has(keyOf(id))) return;
      this.#medium.schemas.set(keyOf(id), new Uint8Array(bytes));
      this.#engine.schemaArrived(id);
    });
  }

  async counter(name: string): Promise<number | undefined> {
    this.#checkOpen();
    return counterState(this.#medium.cells, name);
  }

  async register(name: string): Promise<RegisterState | undefined> {
    this.#checkOpen();
    return registerState(this.#medium.cells, this.#engine.values, name);
  }

  async set(name: string): Promise<readonly Value[] | undefined> {
    this.#checkOpen();
    return setState(this.#medium.cells, name);
  }

  async cells(object: ObjectName, key?: Value): Promise<readonly ObjectCell[]> {
    this.#checkOpen();
    return objectCells(this.#medium.cells, this.#engine.values, object, key);
  }

  async objects(name?: string): Promise<readonly ObjectName[]> {
    this.#checkOpen();
    return objectNames(this.#medium.cells, name);
  }

  async row(uid: Uid): Promise<RowState | undefined> {
    this.#checkOpen();
    return rowState(this.#medium.cells, this.#engine, this.#options.schema, uid, (table) =>
      rowConflicts(this.#medium.cells, this.#engine, table, uid),
    );
  }

  async digest(): Promise<Digest> {
    this.#checkOpen();
    return digestOf(this.#medium, this.#options.hasher);
  }

  async counts(): Promise<Counts> {
    this.#checkOpen();
    return {
      rows: rowCount(this.#medium.cells),
      ...logTotals(this.#medium),
      quarantined: this.#medium.waitingCount,
      conflicts: openConflicts(this.#medium.cells, this.#engine),
    };
  }

  subscribe(listener: (advanced: readonly LogId[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#isOpen = false;
  }

  #change<T>(body: () => T): T {
    this.#checkOpen();
    try {
      const result = this.#medium.undo.transaction(body);
      const advanced = [...this.#advanced];
      if (advanced.length > 0)
        for (const listener of this.#listeners) void Promise.resolve().then(() => listener(advanced));
      return result;
    } finally {
      this.#advanced.clear();
    }
  }

  /** Takes a new incarnation, whose first batch names where the last one ended. */
  #renew(): { readonly log: LogId; readonly previous: Uint8Array } {
    const before = { log: this.#ownLog, previous: this.#previous };
    this.#medium.undo.remember(() => {
      this.#ownLog = before.log;
      this.#previous = before.previous;
    });
    this.#previous = this.#medium.log(this.#ownLog)?.head ?? this.#previous;
    this.#ownLog = this.#newLog();
    return { log: this.#ownLog, previous: this.#previous };
  }

  #newLog(): LogId {
    let incarnation = "";
    for (const byte of this.#options.random(8)) incarnation += byte.toString(16).padStart(2, "0");
    return makeLogId(this.node, incarnation);
  }

  #checkOpen(): void {
    if (!this.#isOpen) throw new StoreError("closed", "the store is closed");
  }
}
