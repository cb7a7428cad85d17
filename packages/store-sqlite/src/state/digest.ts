import type { Hasher } from "@jarvis-crdt/batch";
import type { LogId } from "@jarvis-crdt/crdt";
import {
  CellHasher,
  type DigestNode,
  type DigestPart,
  DigestTree,
  digestPart,
  keyOf,
  type ObjectRef,
  type SchemaBinding,
  type TransactionRange,
  touchedCells,
} from "@jarvis-crdt/store";
import type { Database, Statement } from "better-sqlite3";
import { type FreshBatch, FreshRows, freshUid } from "./fresh-rows.ts";
import { LeafBuffer } from "./leaf-buffer.ts";
import { leafOfCell } from "./leaf-of-cell.ts";
import type { SqlLogs } from "./logs.ts";
import type { SqlMedium } from "./medium.ts";

/** Leaves that are collected before they are stored, all in the order of their names: each page is written once. */
const collected = 32_768;
/** Operations of which the cells are taken in at a time, and leaves that are stored: some 10 ms each. */
const stepOperations = 1000;
const stepLeaves = 2000;

interface Marked {
  readonly log: number;
  readonly first: number;
}

/**
 * The digest, computed when it is asked for, in steps. A commit only notes that a batch was interpreted; which cells
 * that changed is read from the batch, their leaves are collected, and then stored in the tree.
 * What was collected when the process ended is collected again: batches stay marked until their leaves are stored.
 */
export class SqlDigest {
  readonly fresh = new FreshRows();
  readonly #medium: SqlMedium;
  readonly #logs: SqlLogs;
  readonly #bind: (schema: Uint8Array) => SchemaBinding | undefined;
  readonly #hasher: CellHasher;
  readonly #tree: DigestTree;
  readonly #mark: Statement<[number, number]>;
  readonly #marked: Statement<[number, number], Marked>;
  readonly #isMarked: Statement<[number, number], number>;
  readonly #unmark: Statement<[number, number]>;
  /** Batches whose leaves are collected. */
  #taken: Marked[] = [];
  #leaves = new LeafBuffer();
  #isStoring = false;

  constructor(
    database: Database,
    options: {
      readonly medium: SqlMedium;
      readonly logs: SqlLogs;
      readonly hasher: Hasher;
      readonly bind: (schema: Uint8Array) => SchemaBinding | undefined;
    },
  ) {
    this.#medium = options.medium;
    this.#logs = options.logs;
    this.#bind = options.bind;
    this.#hasher = new CellHasher(options.hasher, ({ log, seq }) => this.#medium.batches.leaf(log, seq));
    this.#mark = database.prepare("INSERT OR IGNORE INTO crdt_undigested(log, first) VALUES (?, ?)");
    this.#marked = database.prepare(
      "SELECT log, first FROM crdt_undigested WHERE (log, first) > (?, ?) ORDER BY log, first LIMIT 1",
    );
    this.#isMarked = database
      .prepare<[number, number], number>("SELECT 1 FROM crdt_undigested WHERE log = ? AND first = ?")
      .pluck();
    this.#unmark = database.prepare("DELETE FROM crdt_undigested WHERE log = ? AND first = ?");
    const get = database.prepare<[string], DigestNode>("SELECT cells, body FROM crdt_digests WHERE path = ?");
    const put = database.prepare("INSERT OR REPLACE INTO crdt_digests(path, cells, body) VALUES (?, ?, ?)");
    const remove = database.prepare("DELETE FROM crdt_digests WHERE path = ?");
    this.#tree = new DigestTree(options.hasher, {
      get: (path) => get.get(path),
      put: (path, { cells, body }) => put.run(path, cells, body),
      delete: (path) => remove.run(path),
    });
  }

  /** Notes that the batches of a transaction, which begin with these operations, were interpreted. */
  mark({ log, last }: TransactionRange, firsts: readonly number[]): void {
    const num = this.#logs.num(log);
    for (const first of firsts) this.#mark.run(num, first);
    this.fresh.settle(log, firsts, last);
  }

  /** Whether the batch that begins there is still to be taken in. */
  isMarked(log: LogId, first: number): boolean {
    return this.#isMarked.get(this.#logs.num(log), first) !== undefined;
  }

  /** One step, inside a transaction; whether the digest is complete now. */
  advance(): boolean {
    try {
      if (this.#isStoring) this.#storeSome();
      else return !this.#collectSome();
      return false;
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  /** What the tree holds below a path, as of the last complete digest and what was taken in since. */
  below(path: string): DigestPart {
    return digestPart(this.#tree.below(path));
  }

  get root(): Uint8Array {
    return this.#tree.root;
  }

  /** Collects the leaves of cells that changed; whether there was anything to do. */
  #collectSome(): boolean {
    for (let operations = 0; operations < stepOperations; ) {
      const last = this.#taken.at(-1) ?? { log: 0, first: 0 };
      const marked = this.#leaves.size >= collected ? undefined : this.#marked.get(last.log, last.first);
      if (marked === undefined) {
        this.#isStoring = this.#taken.length > 0;
        return this.#isStoring;
      }
      operations += this.#collect(marked);
    }
    return true;
  }

  /** Returns how many operations there were. */
  #collect(marked: Marked): number {
    const log = this.#logs.id(marked.log);
    const fresh = this.fresh.take(log, marked.first);
    const count = fresh === undefined ? this.#collectTouched(marked) : this.#collectFresh(log, fresh);
    this.#taken.push(marked);
    return count;
  }

  #collectFresh(log: LogId, fresh: FreshBatch): number {
    const { table, first, count } = fresh;
    for (let i = 0; i < count; i++) {
      const name = this.#hasher.name(table, freshUid(fresh, i));
      this.#leaves.add(name, this.#hasher.newRow(name, { log, seq: first + i }));
    }
    return count;
  }

  #collectTouched(marked: Marked): number {
    const batch = this.#medium.open(this.#logs.id(marked.log), marked.first);
    if (batch === undefined) throw new Error("the digest names a batch that is not stored");
    const others = new Map<string, readonly [ObjectRef, Uint8Array]>();
    for (const cell of touchedCells(batch, this.#bind(batch.header.schema), this.#medium.cells)) {
      if (cell[0].type === "table") this.#add(...cell);
      else others.set(`${cell[0].id} ${keyOf(cell[1])}`, cell);
    }
    for (const cell of others.values()) this.#add(...cell);
    return batch.header.count;
  }

  #add(object: ObjectRef, key: Uint8Array): void {
    const name = this.#hasher.name(object, key);
    this.#leaves.add(name, leafOfCell(this.#hasher, this.#medium.cells, name, object, key));
  }

  /** Stores leaves that were collected. */
  #storeSome(): void {
    const leaves = this.#leaves.take(stepLeaves);
    this.#tree.update(leaves);
    if (leaves.length === stepLeaves) return;
    for (const { log, first } of this.#taken) this.#unmark.run(log, first);
    this.#forget();
  }

  #forget(): void {
    this.#taken = [];
    this.#leaves = new LeafBuffer();
    this.#isStoring = false;
  }
}
