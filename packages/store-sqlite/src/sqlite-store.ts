import type { Batch, Envelope } from "@jarvis-crdt/batch";
import type { Frontier, FrontierEntry, LogId, NodeId, Uid, Value } from "@jarvis-crdt/crdt";
import type {
  Applied,
  Collected,
  CollectRequest,
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
  Spent,
  SpentHere,
  Store,
  Stretch,
  Transaction,
  VoidLog,
} from "@jarvis-crdt/store";
import type { StateFileOptions } from "./state/core.ts";
import { StateFile } from "./state/state-file.ts";
import { WalSync } from "./state/wal-sync.ts";

/** A `SqliteStore` is made as its state file is. */
export type SqliteStoreOptions = StateFileOptions;

interface Pending {
  readonly transaction: Transaction;
  readonly resolve: (committed: Committed) => void;
  readonly reject: (reason: unknown) => void;
}

/** While somebody else works on the same disk: pause between two fsyncs of what peers send, and for how long he is believed to, in ms. */
const spared = { restMs: 250, forMs: 2_000 };
/** More than that, in operations or in bytes, is no drop any more, and does not wait. */
const drop = { operations: 500, bytes: 256 * 1024 };

/** The store on one SQLite file. Commits that are asked for together are made durable by one fsync. */
export class SqliteStore implements Store {
  /** The file itself; its `archive` is what rule M sees of it. */
  readonly state: StateFile;
  #pending: Pending[] = [];
  readonly #wal: WalSync | undefined;
  readonly #listeners = new Set<(advanced: readonly LogId[]) => void>();
  /** Logs of which something may be stored that a loss of power would take, and how many calls it is of. */
  readonly #volatile = new Map<LogId, number>();
  /** Of those the ones that advanced. */
  readonly #untold = new Set<LogId>();
  /** Until then another program is taken to work on the same disk. */
  #sparedUntil = Number.NEGATIVE_INFINITY;

  /** Opens the state file, or makes it. Throws `StoreError`: `locked`, `wrong-file`, `wrong-cluster`. */
  constructor(options: SqliteStoreOptions) {
    this.state = new StateFile(options);
    if (options.durability !== "normal") this.#wal = new WalSync(options.path);
    this.state.subscribe((advanced) => this.#tell(advanced));
  }

  get node(): NodeId {
    return this.state.node;
  }

  get cluster(): Uint8Array {
    return this.state.cluster;
  }

  /** Why nothing that peers send is stored any more, until the file is opened again; undefined where it is. */
  get failure(): unknown {
    return this.#wal?.failure;
  }

  commit(transaction: Transaction): Promise<Committed> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ transaction, resolve, reject });
      if (this.#pending.length === 1) setImmediate(() => this.#commitPending());
    });
  }

  /** Durable when it resolves, and then told to listeners; the state and its archive do not wait for that. */
  async apply(batches: readonly Batch[]): Promise<Applied> {
    if (this.#wal === undefined) return this.state.apply(batches);
    const logs = [...new Set(batches.map(({ header }) => header.log))];
    this.#holdBack(logs, 1);
    let applied: Applied;
    try {
      applied = this.state.apply(batches);
      await this.#wal.sync(this.#restBefore(batches));
    } finally {
      this.#holdBack(logs, -1);
    }
    this.#tell(logs.filter((log) => this.#untold.has(log)));
    return applied;
  }

  async frontier(): Promise<Frontier> {
    return this.state.frontier();
  }

  async read(log: LogId, after: number, maxBytes: number): Promise<readonly Envelope[]> {
    return this.state.read(log, after, maxBytes);
  }

  async head(log: LogId): Promise<LogHead | undefined> {
    return this.state.head(log);
  }

  async voids(): Promise<readonly VoidLog[]> {
    return this.state.voids();
  }

  async heal(log: LogId, shown: readonly Batch[]): Promise<boolean> {
    return this.state.heal(log, shown);
  }

  async abandonFuture(): Promise<boolean> {
    return this.state.abandonFuture();
  }

  async points(log: LogId): Promise<readonly FrontierEntry[]> {
    return this.state.points(log);
  }

  async branch(log: LogId, points: readonly FrontierEntry[], maxBytes: number): Promise<readonly Envelope[]> {
    return this.state.branch(log, points, maxBytes);
  }

  async spent(log: LogId, after: number): Promise<SpentHere> {
    return this.state.collection.spent(log, after);
  }

  async doubts(): Promise<Doubts | undefined> {
    return this.state.collection.doubts();
  }

  async wither(log: LogId, spent: Spent): Promise<number> {
    return this.state.collection.wither(log, spent);
  }

  async settle(doubts: Doubts): Promise<void> {
    this.state.collection.settle(doubts);
  }

  async collect(request: CollectRequest): Promise<Collected> {
    return this.state.collection.collect(request);
  }

  async interpreted(): Promise<ReadonlyMap<LogId, Stretch>> {
    return this.state.collection.interpreted();
  }

  async weight(log: LogId, after: number, through: number): Promise<LogWeight> {
    const sum = { batches: 0, hollow: 0, bytes: 0 };
    for (const { batches, hollow, bytes } of this.state.collection.weigh(log, after, through)) {
      sum.batches += batches;
      sum.hollow += hollow;
      sum.bytes += bytes;
      await turn();
    }
    return sum;
  }

  async authors(): Promise<readonly NodeId[]> {
    return this.state.collection.authors();
  }

  async certificates(node: NodeId): Promise<readonly Uint8Array[]> {
    return this.state.certificates(node);
  }

  async putCertificate(node: NodeId, der: Uint8Array): Promise<void> {
    this.state.putCertificate(node, der);
  }

  async schema(id: Uint8Array): Promise<Uint8Array | undefined> {
    return this.state.schema(id);
  }

  async putSchema(id: Uint8Array, bytes: Uint8Array): Promise<void> {
    this.state.putSchema(id, bytes);
  }

  async counter(object: string): Promise<number | undefined> {
    return this.state.counter(object);
  }

  async register(object: string): Promise<RegisterState | undefined> {
    return this.state.register(object);
  }

  async set(object: string): Promise<readonly Value[] | undefined> {
    return this.state.set(object);
  }

  async cells(object: ObjectName, key?: Value): Promise<readonly ObjectCell[]> {
    return this.state.objectCells(object, key);
  }

  async objects(name?: string): Promise<readonly ObjectName[]> {
    return this.state.objectNames(name);
  }

  async row(uid: Uid): Promise<RowState | undefined> {
    return this.state.row(uid);
  }

  async digest(): Promise<Digest> {
    for (;;) {
      const digest = this.state.stepDigest();
      if (digest !== undefined) return digest;
      await turn();
    }
  }

  async counts(): Promise<Counts> {
    return this.state.counts();
  }

  subscribe(listener: (advanced: readonly LogId[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#commitPending();
    this.state.close();
    await this.#wal?.close();
  }

  /** Lets go of the file as a killed process would: what was asked for and not committed is lost, and no fence is written. */
  async abandon(): Promise<void> {
    this.#pending = [];
    this.#listeners.clear();
    this.state.abandon();
    await this.#wal?.close();
  }

  /**
   * Another program writes on the same disk, where each of its commits waits for our fsyncs: for the next seconds what peers
   * send in drops is gathered and made durable a few times a second. Say it again while it is so.
   */
  spareDisk(): void {
    this.#sparedUntil = performance.now() + spared.forMs;
  }

  #restBefore(batches: readonly Batch[]): number {
    if (performance.now() >= this.#sparedUntil) return 0;
    let operations = 0;
    let bytes = 0;
    for (const { header, envelope } of batches) {
      operations += header.count;
      bytes += envelope.rawLength;
    }
    return operations > drop.operations || bytes > drop.bytes ? 0 : spared.restMs;
  }

  #holdBack(logs: readonly LogId[], change: 1 | -1): void {
    for (const log of logs) {
      const calls = (this.#volatile.get(log) ?? 0) + change;
      if (calls === 0) this.#volatile.delete(log);
      else this.#volatile.set(log, calls);
    }
  }

  #tell(advanced: readonly LogId[]): void {
    const durable: LogId[] = [];
    for (const log of advanced) {
      if (this.#volatile.has(log)) this.#untold.add(log);
      else {
        this.#untold.delete(log);
        durable.push(log);
      }
    }
    if (durable.length > 0) for (const listener of this.#listeners) listener(durable);
  }

  #commitPending(): void {
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    const [only] = pending;
    if (only !== undefined && pending.length === 1) {
      try {
        only.resolve(this.state.commit(only.transaction));
      } catch (error) {
        only.reject(error);
      }
      return;
    }
    try {
      const results = this.state.commitAll(pending.map(({ transaction }) => transaction));
      for (const [i, { resolve, reject }] of pending.entries()) {
        const result = results[i]!;
        if (result instanceof Error) reject(result);
        else resolve(result);
      }
    } catch (error) {
      for (const { reject } of pending) reject(error);
    }
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
