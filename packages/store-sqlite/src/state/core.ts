import { dirname, join } from "node:path";
import type { Compressor, Hasher, Signer } from "@jarvis-crdt/batch";
import { encodeSchema, HybridClock, hlcAt, type LogId, type Schema } from "@jarvis-crdt/crdt";
import {
  Engine,
  equalBytes,
  type ObjectRef,
  type OwnGroup,
  type StoreContext,
  StoreError,
} from "@jarvis-crdt/store";
import type { Database } from "better-sqlite3";
import { declared } from "../declared.ts";
import { Declaration } from "./declaration.ts";
import { SqlEvictions } from "./evictions.ts";
import { Fence } from "./fence.ts";
import type { Lock } from "./lock.ts";
import { SqlMedium } from "./medium.ts";
import { type Durability, openDatabase } from "./open-database.ts";
import { OwnLog } from "./own-log.ts";
import { Transactions } from "./transactions.ts";

/** The state's file, whose it is, and what it takes from outside. */
export interface StateFileOptions extends StoreContext {
  /** The state file; made where there is none, in a folder that exists. */
  readonly path: string;
  readonly signer: Signer;
  readonly hasher: Hasher;
  readonly compressor: Compressor;
  /** No stamp of this node lies before this, in Unix ms: its certificate vouches for nothing earlier. */
  readonly notBefore?: number;
  /** What a commit survives; `full`, the default, also a loss of power. */
  readonly durability?: Durability;
  /** The fence; `fence` beside the state file, unless given. */
  readonly fence?: string;
  /** What names this machine in the fence; its machine id, unless given. */
  readonly machine?: string;
  /** The archive's tables have changed: from now on intents are by this schema. */
  readonly onSchema?: (schema: Schema) => void;
}

/** The open file with everything that works on it: what the views of it share. */
export class Core {
  readonly options: StateFileOptions;
  readonly database: Database;
  readonly medium: SqlMedium;
  readonly evictions: SqlEvictions;
  readonly transactions: Transactions;
  readonly ownLog: OwnLog;
  readonly #lock: Lock;
  readonly #clock: HybridClock;
  readonly #declaration: Declaration;
  readonly #listeners = new Set<(advanced: readonly LogId[]) => void>();
  readonly #advanced = new Set<LogId>();
  #engine: Engine;
  #schema: Schema | undefined;
  #storedHlc: number;

  constructor(options: StateFileOptions) {
    const { path, now, durability = "full" } = options;
    this.options = options;
    const { database, lock } = openDatabase(path, durability);
    this.database = database;
    this.#lock = lock;
    try {
      this.medium = new SqlMedium(database, {
        hasher: options.hasher,
        compressor: options.compressor,
        now,
        bind: (schema) => this.#engine.binding(schema),
        advanced: (log) => this.#advanced.add(log),
      });
      this.evictions = new SqlEvictions(database);
      this.ownLog = new OwnLog({
        node: options.node,
        medium: this.medium,
        fence: new Fence(options.fence ?? join(dirname(path), "fence"), path, options.machine),
        random: options.random,
      });
      this.transactions = new Transactions(database, durability, {
        flush: () => this.#flush(),
        reload: () => this.#reload(),
        committed: () => this.#committed(),
        rolledBack: () => this.ownLog.rolledBack(),
      });
      this.#storedHlc = this.medium.meta.number("hlc") ?? 0;
      this.#clock = new HybridClock(now, Math.max(this.#storedHlc, hlcAt(options.notBefore ?? 0)));
      this.#declaration = new Declaration(database, this.medium);
      this.#schema = options.schema && declared(this.#declaration.last, options.schema);
      this.#engine = this.transactions.run(() => this.#begin());
      this.transactions.run(() => this.#declaration.adopt(this.#engine));
    } catch (error) {
      database.close();
      lock.release();
      throw error;
    }
  }

  get engine(): Engine {
    return this.#engine;
  }

  /** What this node declares: all that it ever declared. */
  get schema(): Schema | undefined {
    return this.#schema;
  }

  /** From now on this is declared, with all that was before. Returns that. */
  declare(schema: Schema): Schema {
    const all = declared(this.#schema, schema);
    if (isSameSchema(all, this.#schema)) return all;
    this.#schema = all;
    this.#engine = this.transactions.run(() => this.#begin());
    this.transactions.run(() => this.#declaration.adopt(this.#engine));
    this.options.onSchema?.(all);
    return all;
  }

  /** Throws StoreError `unknown-table`. */
  table(name: string): ObjectRef {
    const table = this.medium.cells.find("table", name);
    if (table === undefined) throw new StoreError("unknown-table", "the table is not replicated here");
    return table;
  }

  /** Throws StoreError `unknown-table`. */
  groupsOf(table: ObjectRef): readonly OwnGroup[] {
    const groups = this.#engine.ownGroups(table);
    if (groups === undefined) throw new StoreError("unknown-table", "the table is not replicated here");
    return groups;
  }

  subscribe(listener: (advanced: readonly LogId[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    const own = this.ownLog.current;
    const head = own === undefined ? undefined : this.medium.log(own)?.head;
    this.transactions.close();
    if (head !== undefined) this.ownLog.handOver(head);
    this.#lock.release();
  }

  abandon(): void {
    this.transactions.abandon();
    this.#lock.release();
  }

  #begin(): Engine {
    const { meta } = this.medium;
    const { cluster, node, path } = this.options;
    const known = meta.bytes("cluster");
    if (known !== undefined && !equalBytes(known, cluster)) {
      throw new StoreError("wrong-cluster", `${path} belongs to another cluster`);
    }
    meta.set("cluster", cluster);
    meta.set("node", node);
    this.#declaration.check(this.#schema);
    return new Engine({
      ...this.options,
      schema: this.#schema,
      medium: this.medium,
      clock: this.#clock,
      ownLog: () => this.ownLog.claim(),
      newLog: () => this.ownLog.renew(),
      earliest: hlcAt(this.options.notBefore ?? 0),
    });
  }

  #flush(): void {
    this.medium.conflicts.flush(() => this.#engine);
    this.medium.flush();
    if (this.#clock.last === this.#storedHlc) return;
    this.#storedHlc = this.#clock.last;
    this.medium.meta.set("hlc", this.#storedHlc);
  }

  #reload(): void {
    this.medium.reload();
    this.evictions.reload();
    this.#advanced.clear();
    this.#storedHlc = this.medium.meta.number("hlc") ?? 0;
  }

  #committed(): void {
    this.ownLog.committed();
    if (this.#advanced.size === 0) return;
    const advanced = [...this.#advanced];
    this.#advanced.clear();
    for (const listener of this.#listeners) queueMicrotask(() => listener(advanced));
  }
}

function isSameSchema(a: Schema, b: Schema | undefined): boolean {
  return b !== undefined && equalBytes(encodeSchema(a), encodeSchema(b));
}
