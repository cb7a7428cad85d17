import type { Batch, Envelope } from "@jarvis-crdt/batch";
import { schemaId } from "@jarvis-crdt/batch";
import {
  decodeSchema,
  type Frontier,
  type FrontierEntry,
  type LogId,
  type NodeId,
  type Schema,
  type Uid,
  type Value,
} from "@jarvis-crdt/crdt";
import {
  type Applied,
  type Committed,
  type Counts,
  commonPoint,
  counterState,
  type Digest,
  equalBytes,
  frontierOf,
  type LogHead,
  logTotals,
  type ObjectCell,
  type ObjectName,
  objectCells,
  objectNames,
  pointsOf,
  type RegisterState,
  type RowState,
  registerState,
  rowState,
  StoreError,
  setState,
  type Transaction,
  untilHollow,
  type VoidLog,
  voidLogs,
} from "@jarvis-crdt/store";
import type { Database } from "better-sqlite3";
import { moveLog } from "../move-log.ts";
import { ArchiveView } from "./archive-view.ts";
import { StateCollection } from "./collection.ts";
import { Core, type StateFileOptions } from "./core.ts";
import type { SqlMedium } from "./medium.ts";
import { Oversight } from "./oversight.ts";
import { StateEvictions } from "./state-evictions.ts";
import { SyncLog } from "./sync-log.ts";
import type { Transactions } from "./transactions.ts";

/**
 * The state file of one node: its logs, batches and cells, and what its archive does not show yet. Everything is
 * synchronous; `SqliteStore` is the port around it, `archive` the view of rule M.
 */
export class StateFile {
  readonly node: NodeId;
  readonly cluster: Uint8Array;
  readonly archive: ArchiveView;
  readonly oversight: Oversight;
  readonly collection: StateCollection;
  readonly evictions: StateEvictions;
  readonly syncLog: SyncLog;
  readonly #core: Core;
  readonly #medium: SqlMedium;
  readonly #database: Database;
  readonly #transactions: Transactions;

  /** Throws `StoreError`: `locked`, `wrong-file`, `wrong-cluster`, `regrouped`. */
  constructor(options: StateFileOptions) {
    this.node = options.node;
    this.cluster = options.cluster;
    const core = new Core(options);
    this.#core = core;
    this.#medium = core.medium;
    this.#database = core.database;
    this.#transactions = core.transactions;
    try {
      this.archive = new ArchiveView(core);
      this.oversight = new Oversight(core);
      this.collection = new StateCollection(core);
      this.evictions = new StateEvictions(core);
      this.syncLog = new SyncLog(core);
    } catch (error) {
      core.abandon();
      throw error;
    }
  }

  // ---- the log

  commit(transaction: Transaction): Committed {
    return this.#transactions.run(() => this.#core.engine.commit(transaction));
  }

  /** Several transactions with one fsync; each succeeds or fails alone. */
  commitAll(transactions: readonly Transaction[]): readonly (Committed | Error)[] {
    return this.#transactions.run(() => {
      this.#core.ownLog.claim();
      return transactions.map((transaction) => {
        try {
          return this.#transactions.attempt(() => this.#core.engine.commit(transaction));
        } catch (error) {
          return error instanceof Error ? error : new Error(String(error));
        }
      });
    });
  }

  /** Not fsynced: a loss of power leaves an earlier state, to which peers send the same again. */
  apply(batches: readonly Batch[]): Applied {
    return this.#transactions.relaxed(() => {
      const { ownLog } = this.#core;
      const own = ownLog.last;
      const before = own === undefined ? undefined : this.#medium.log(own)?.seq;
      const applied = this.#core.engine.apply(batches);
      const isAbandoned = own !== undefined && this.#medium.voidFrom(own) !== undefined;
      const isContinued = own !== undefined && this.#medium.log(own)?.seq !== before;
      if ((isAbandoned || isContinued) && ownLog.last === own) ownLog.leave();
      return applied;
    });
  }

  /** Logs of which the rest does not count. */
  voids(): readonly VoidLog[] {
    this.#checkOpen();
    return voidLogs(this.#medium, this.#core.engine);
  }

  /** Throws for logs of other nodes. */
  heal(log: LogId, shown: readonly Batch[]): boolean {
    return this.#transactions.run(() => this.#core.engine.heal(log, shown));
  }

  /** Only where the clock is known to be right. */
  abandonFuture(): boolean {
    this.#checkOpen();
    const { engine } = this.#core;
    return engine.isAhead && this.#transactions.run(() => engine.abandonFuture());
  }

  /** Puts a verified batch back in the place of one with the same header that was damaged. Returns whether there is one. */
  putBack(batch: Batch): boolean {
    return this.#transactions.run(() => this.#medium.batches.putBack(batch));
  }

  /** Ends of stored batches of the log, whether they count or not. */
  points(log: LogId): readonly FrontierEntry[] {
    this.#checkOpen();
    return pointsOf(this.#medium, log);
  }

  /** Batches of the log, whether they count or not, after the last of `points` that is stored here as it says. */
  branch(log: LogId, points: readonly FrontierEntry[], maxBytes: number): readonly Envelope[] {
    this.#checkOpen();
    return untilHollow(this.#medium.batches.read(log, commonPoint(this.#medium, log, points), maxBytes));
  }

  frontier(): Frontier {
    this.#checkOpen();
    return frontierOf(this.#medium);
  }

  read(log: LogId, after: number, maxBytes: number): readonly Envelope[] {
    this.#checkOpen();
    return this.#medium.read(log, after, maxBytes);
  }

  head(log: LogId): LogHead | undefined {
    this.#checkOpen();
    const state = this.#medium.log(log);
    return state && { id: state.head, header: this.#medium.batches.headerOf(log, state.seq) };
  }

  /** The log that this process mints into; undefined before its first mint. */
  get ownLog(): LogId | undefined {
    return this.#core.ownLog.current;
  }

  // ---- certificates and schemas

  certificates(node: NodeId): readonly Uint8Array[] {
    this.#checkOpen();
    return this.#database
      .prepare<[string], Buffer>("SELECT der FROM crdt_certificates WHERE node = ? ORDER BY id DESC")
      .pluck()
      .all(node);
  }

  putCertificate(node: NodeId, der: Uint8Array): void {
    this.#transactions.run(() => {
      this.#database
        .prepare("INSERT OR IGNORE INTO crdt_certificates(node, der) VALUES (?, ?)")
        .run(node, der);
    });
  }

  schema(id: Uint8Array): Uint8Array | undefined {
    this.#checkOpen();
    return this.#database
      .prepare<[Uint8Array], Buffer>("SELECT bytes FROM crdt_schemas WHERE id = ?")
      .pluck()
      .get(id);
  }

  putSchema(id: Uint8Array, bytes: Uint8Array): void {
    decodeSchema(bytes);
    if (!equalBytes(schemaId(bytes, this.#core.options.hasher), id)) {
      throw new StoreError("wrong-schema", "the bytes of the schema do not have this id");
    }
    this.#transactions.run(() => {
      const { changes } = this.#database
        .prepare("INSERT OR IGNORE INTO crdt_schemas(id, bytes) VALUES (?, ?)")
        .run(id, bytes);
      if (changes > 0) this.#core.engine.schemaArrived(id);
    });
  }

  // ---- queries

  counter(name: string): number | undefined {
    this.#checkOpen();
    return counterState(this.#medium.cells, name);
  }

  register(name: string): RegisterState | undefined {
    this.#checkOpen();
    return registerState(this.#medium.cells, this.#core.engine.values, name);
  }

  set(name: string): readonly Value[] | undefined {
    this.#checkOpen();
    return setState(this.#medium.cells, name);
  }

  objectCells(object: ObjectName, key?: Value): readonly ObjectCell[] {
    this.#checkOpen();
    return objectCells(this.#medium.cells, this.#core.engine.values, object, key);
  }

  objectNames(name?: string): readonly ObjectName[] {
    this.#checkOpen();
    return objectNames(this.#medium.cells, name);
  }

  row(uid: Uid): RowState | undefined {
    this.#checkOpen();
    const { engine, schema } = this.#core;
    return rowState(this.#medium.cells, engine, schema, uid, (table) =>
      this.#medium.conflicts.of(table, uid),
    );
  }

  /** One step towards the digest, some 20 ms; the digest when it covers everything, undefined while it does not. */
  stepDigest(): Digest | undefined {
    return this.#transactions.relaxed(() => {
      if (!this.#medium.digest.advance()) return undefined;
      const { rows, cells } = this.#medium.objects.totals();
      return { digest: this.#medium.digest.root, rows, cells };
    });
  }

  counts(): Counts {
    this.#checkOpen();
    return {
      rows: this.#medium.objects.totals().rows,
      ...logTotals(this.#medium),
      quarantined: this.#medium.waiting.count - this.oversight.quarantine.dropped,
      conflicts: this.#medium.conflicts.open,
    };
  }

  subscribe(listener: (advanced: readonly LogId[]) => void): () => void {
    return this.#core.subscribe(listener);
  }

  /** What this node declares: all that it ever declared. */
  get declaredSchema(): Schema | undefined {
    return this.#core.schema;
  }

  // ---- upkeep

  /**
   * When nothing else is to do: brings `crdt_states` up to date and moves the write-ahead log into the file. Returns whether a
   * reader kept a long one.
   */
  rest(): boolean {
    this.#checkOpen();
    this.#publish();
    return moveLog(this.#database, this.#core.options.path);
  }

  close(): void {
    if (!this.#transactions.isOpen) return;
    this.#publish();
    this.#core.close();
  }

  /** Lets go of the file as a killed process would: what was not committed is lost, and no fence is written. */
  abandon(): void {
    this.#core.abandon();
  }

  #publish(): void {
    const at = new Date(this.#core.options.now()).toISOString();
    this.#transactions.relaxed(() => this.#medium.states.publish(this.#core.engine.values, at));
  }

  #checkOpen(): void {
    this.#transactions.checkOpen();
  }
}
