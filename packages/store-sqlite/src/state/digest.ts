import type { Hasher } from "@jarvis-crdt/batch";
import { decodeLogId, type LogId } from "@jarvis-crdt/crdt";
import {
  bucketOf,
  CellHasher,
  compareBytes,
  DigestTree,
  keyOf,
  type ObjectRef,
  type SchemaBinding,
  touchedCells,
} from "@jarvis-crdt/store";
import type { Database, Statement } from "better-sqlite3";
import type { SqlLogs } from "./logs.ts";
import type { SqlMedium } from "./medium.ts";

/** Bytes of a cell's name that are its key here: an author who wants two cells to collide has 2^96 names to try. */
const nameBytes = 24;
/** Operations of which the cells are taken in at a time, and buckets that are computed: tens of milliseconds each. */
const stepOperations = 500;
const stepBuckets = 256;

/**
 * The digest, computed when it is asked for, in steps. A commit only notes that a batch was interpreted; which cells
 * that changed is read from the batch, their leaves are stored, and then the buckets they lie in are computed.
 */
export class SqlDigest {
  readonly #medium: SqlMedium;
  readonly #logs: SqlLogs;
  readonly #bind: (schema: Uint8Array) => SchemaBinding | undefined;
  readonly #hasher: CellHasher;
  readonly #tree: DigestTree;
  readonly #mark: Statement<[number, number]>;
  readonly #marked: Statement<[], { log: number; first: number }>;
  readonly #unmark: Statement<[number, number]>;
  readonly #putLeaf: Statement<[Uint8Array, Uint8Array]>;
  readonly #deleteLeaf: Statement<[Uint8Array]>;
  readonly #addStale: Statement<[number]>;
  readonly #stale: Statement<[number], number>;
  readonly #clearStale: Statement<[number]>;

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
    this.#marked = database.prepare("SELECT log, first FROM crdt_undigested LIMIT 64");
    this.#unmark = database.prepare("DELETE FROM crdt_undigested WHERE log = ? AND first = ?");
    this.#putLeaf = database.prepare("INSERT OR REPLACE INTO crdt_leaves(cell, leaf) VALUES (?, ?)");
    this.#deleteLeaf = database.prepare("DELETE FROM crdt_leaves WHERE cell = ?");
    this.#addStale = database.prepare("INSERT OR IGNORE INTO crdt_stale(bucket) VALUES (?)");
    this.#stale = database
      .prepare<[number], number>("SELECT bucket FROM crdt_stale ORDER BY bucket LIMIT ?")
      .pluck();
    this.#clearStale = database.prepare("DELETE FROM crdt_stale WHERE bucket <= ?");
    const get = database.prepare<[number], Buffer>("SELECT hashes FROM crdt_digests WHERE node = ?").pluck();
    const put = database.prepare("INSERT OR REPLACE INTO crdt_digests(node, hashes) VALUES (?, ?)");
    const leaves = database
      .prepare<[Uint8Array, Uint8Array], Buffer>("SELECT leaf FROM crdt_leaves WHERE cell >= ? AND cell < ?")
      .pluck();
    this.#tree = new DigestTree(options.hasher, {
      children: (node) => get.get(node),
      putChildren: (node, hashes) => put.run(node, hashes),
      leaves: (bucket) => leaves.all(...boundsOf(bucket)),
    });
  }

  /** Notes that these batches of a log were interpreted. */
  mark(log: LogId, firsts: readonly number[]): void {
    const num = this.#logs.num(log);
    for (const first of firsts) this.#mark.run(num, first);
  }

  /** One step, inside a transaction; whether the digest is complete now. */
  advance(): boolean {
    return !this.#takeInSome() && !this.#computeSome();
  }

  get root(): Uint8Array {
    return this.#tree.root;
  }

  /** Stores the leaves of cells that changed; whether there was anything to do. */
  #takeInSome(): boolean {
    const cells = new Map<string, readonly [ObjectRef, Uint8Array]>();
    let operations = 0;
    let done = 0;
    for (const { log, first } of this.#marked.all()) {
      const batch = this.#medium.open(this.#logs.id(log), first);
      if (batch === undefined) throw new Error("the digest names a batch that is not stored");
      const binding = this.#bind(batch.header.schema);
      for (const cell of touchedCells(batch, binding, this.#medium.cells)) {
        cells.set(`${cell[0].id} ${keyOf(cell[1])}`, cell);
      }
      this.#unmark.run(log, first);
      done++;
      operations += batch.header.count;
      if (operations >= stepOperations) break;
    }
    this.#storeLeaves(cells.values());
    return done > 0;
  }

  #storeLeaves(cells: Iterable<readonly [ObjectRef, Uint8Array]>): void {
    const named: { name: Uint8Array; leaf: Uint8Array | undefined }[] = [];
    for (const [object, key] of cells) {
      const name = this.#hasher.name(object, key);
      named.push({ name, leaf: this.#leaf(name, object, key) });
    }
    // In their order the names fill the tree's pages one after the other.
    named.sort((a, b) => compareBytes(a.name, b.name));
    let last = -1;
    for (const { name, leaf } of named) {
      const cell = name.subarray(0, nameBytes);
      if (leaf === undefined) this.#deleteLeaf.run(cell);
      else this.#putLeaf.run(cell, leaf);
      const bucket = bucketOf(name);
      if (bucket !== last) this.#addStale.run(bucket);
      last = bucket;
    }
  }

  #computeSome(): boolean {
    const buckets = this.#stale.all(stepBuckets);
    if (buckets.length === 0) return false;
    this.#tree.update(buckets);
    this.#clearStale.run(buckets.at(-1)!);
    return buckets.length === stepBuckets;
  }

  #leaf(name: Uint8Array, object: ObjectRef, key: Uint8Array): Uint8Array | undefined {
    const { cells } = this.#medium;
    switch (object.type) {
      case "counter": {
        const cell = cells.counter(object, decodeLogId(key));
        return cell && this.#hasher.counter(name, cell);
      }
      case "register": {
        const cell = cells.register(object);
        return cell && this.#hasher.register(name, cell);
      }
      case "set": {
        const cell = cells.element(object, key);
        return cell && this.#hasher.element(name, cell);
      }
      case "table": {
        const cell = cells.row(object, key);
        return cell && this.#hasher.row(name, object, cell);
      }
    }
  }
}

function boundsOf(bucket: number): [Uint8Array, Uint8Array] {
  const next = bucket + 1;
  const to =
    next > 0xffff ? new Uint8Array(nameBytes + 1).fill(0xff) : Uint8Array.of(next >>> 8, next & 0xff);
  return [Uint8Array.of(bucket >>> 8, bucket & 0xff), to];
}
