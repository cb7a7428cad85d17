import {
  type Batch,
  type Compressor,
  type Envelope,
  type Hasher,
  type Signer,
  schemaId,
} from "@jarvis-crdt/batch";
import {
  counterValue,
  type Dot,
  decodeSchema,
  decodeValue,
  encodeLogId,
  type Frontier,
  type FrontierEntry,
  HybridClock,
  type LogId,
  makeLogId,
  type NodeId,
  nodeOf,
  type Uid,
  type Value,
  winner,
} from "@jarvis-crdt/crdt";
import type { Collected, CollectRequest, Stretch } from "../collection/collect.ts";
import { type CellLeaf, compareNames } from "../digest/cell-entries.ts";
import { CellHasher } from "../digest/cell-leaf.ts";
import { type DigestNode, DigestTree } from "../digest/digest-tree.ts";
import { commonPoint, interpretedLogs, pointsOf, untilHollow, voidLogs } from "../engine/branches.ts";
import { equalBytes, keyOf } from "../engine/bytes.ts";
import { Engine, noId } from "../engine/engine.ts";
import { registerKey } from "../engine/interpreter.ts";
import { type ObjectRef, showsConflicts } from "../engine/object.ts";
import { objectCells, objectNames } from "../engine/object-cells.ts";
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
import { MemoryMedium } from "./memory-medium.ts";

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
    const frontier = new Map<LogId, { seq: number; batch: Uint8Array }>();
    for (const { id, seq, head } of this.#medium.logs()) frontier.set(id, { seq, batch: head });
    return frontier;
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
    const object = this.#medium.cells.find("counter", name);
    if (object === undefined || this.#medium.cells.size(object) === 0) return undefined;
    return counterValue(this.#medium.cells.counters(object));
  }

  async register(name: string): Promise<RegisterState | undefined> {
    this.#checkOpen();
    const object = this.#medium.cells.find("register", name);
    const cell = object && this.#medium.cells.register(object, registerKey);
    if (cell === undefined) return undefined;
    const best = winner(cell);
    return { value: this.#engine.values.register(best), dot: best.dot, siblings: cell.length };
  }

  async set(name: string): Promise<readonly Value[] | undefined> {
    this.#checkOpen();
    const object = this.#medium.cells.find("set", name);
    return object && [...this.#medium.cells.keys(object)].map((key) => decodeValue(key));
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
    for (const { name, groups } of this.#options.schema?.tables ?? []) {
      const table = this.#medium.cells.object("table", name);
      const cell = this.#medium.cells.row(table, uid);
      if (cell === undefined) continue;
      const columns = groups.flatMap((group) => group.columns);
      const values = this.#engine.values.row(cell, this.#engine.ownGroups(table)!);
      return {
        table: name,
        uid,
        dot: cell.adds[0],
        values: new Map(columns.map((column, i) => [column, values[i]!])),
        conflicts: this.#rowConflicts(table, uid),
      };
    }
    return undefined;
  }

  async digest(): Promise<Digest> {
    this.#checkOpen();
    const leaves: CellLeaf[] = [];
    const { cells } = this.#medium;
    const hasher = new CellHasher(this.#options.hasher, (dot) => this.#leafOf(dot));
    let rows = 0;
    for (const object of cells.objects()) {
      if (object.type === "table") rows += cells.size(object);
      for (const [name, leaf] of this.#leaves(object, hasher)) leaves.push({ name, leaf });
    }
    const nodes = new Map<string, DigestNode>();
    const tree = new DigestTree(this.#options.hasher, {
      get: (path) => nodes.get(path),
      put: (path, node) => nodes.set(path, node),
      delete: (path) => nodes.delete(path),
    });
    tree.update(leaves.sort((a, b) => compareNames(a.name, b.name)));
    return { digest: tree.root, rows, cells: leaves.length };
  }

  async counts(): Promise<Counts> {
    this.#checkOpen();
    let operations = 0;
    let batches = 0;
    for (const { seq, number } of this.#medium.logs()) {
      operations += seq;
      batches += number;
    }
    let rows = 0;
    let conflicts = 0;
    for (const object of this.#medium.cells.objects()) {
      if (object.type === "table") {
        rows += this.#medium.cells.size(object);
        for (const uid of this.#medium.cells.keys(object)) {
          if (this.#rowConflicts(object, uid) > 0) conflicts++;
        }
      }
      if (!showsConflicts(object)) continue;
      for (const key of this.#medium.cells.keys(object)) {
        const cell = this.#medium.cells.register(object, key)!;
        if (cell.length > 1 && this.#engine.values.registersDiffer(cell)) conflicts++;
      }
    }
    return { rows, operations, batches, quarantined: this.#medium.waitingCount, conflicts };
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

  #rowConflicts(table: ObjectRef, uid: Uid): number {
    const cell = this.#medium.cells.row(table, uid);
    const groups = this.#engine.ownGroups(table) ?? [];
    return groups.filter((group) => {
      const entries = cell?.groups[group.part] ?? [];
      return entries.length > 1 && this.#engine.values.differ(entries, group);
    }).length;
  }

  *#leaves(object: ObjectRef, hasher: CellHasher): Iterable<readonly [Uint8Array, Uint8Array]> {
    const { cells } = this.#medium;
    if (object.type === "counter") {
      for (const log of cells.counterLogs(object)) {
        const name = hasher.name(object, encodeLogId(log));
        yield [name, hasher.counter(name, cells.counter(object, log)!)];
      }
      return;
    }
    for (const key of cells.keys(object)) {
      const name = hasher.name(object, key);
      if (object.type === "register" || object.type === "keyed")
        yield [name, hasher.register(name, cells.register(object, key)!)];
      else if (object.type === "set") yield [name, hasher.element(name, cells.element(object, key)!)];
      else yield [name, hasher.row(name, object, cells.row(object, key)!)];
    }
  }

  #leafOf({ log, seq }: Dot): Uint8Array {
    const batch = this.#medium.open(log, seq);
    if (batch === undefined) throw new Error(`a cell refers to ${log}/${seq}, which is not stored`);
    return batch.leaf(seq);
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
