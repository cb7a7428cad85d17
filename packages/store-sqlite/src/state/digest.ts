import type { Hasher } from "@jarvis-crdt/batch";
import { decodeLogId, type LogId } from "@jarvis-crdt/crdt";
import {
  bucketOf,
  CellHasher,
  DigestTree,
  keyOf,
  type ObjectRef,
  type SchemaBinding,
  touchedCells,
} from "@jarvis-crdt/store";
import type { Database, Statement } from "better-sqlite3";
import type { SqlLogs } from "./logs.ts";
import type { SqlMedium } from "./medium.ts";

/**
 * The digest, computed when it is asked for. A commit only notes that a batch was interpreted; which cells that
 * changed is read from the batch later.
 */
export class SqlDigest {
  readonly #medium: SqlMedium;
  readonly #logs: SqlLogs;
  readonly #bind: (schema: Uint8Array) => SchemaBinding | undefined;
  readonly #hasher: CellHasher;
  readonly #tree: DigestTree;
  readonly #mark: Statement<[number, number]>;
  readonly #marked: Statement<[number], { log: number; first: number }>;
  readonly #unmark: Statement<[number, number]>;
  readonly #putLeaf: Statement<[Uint8Array, Uint8Array]>;
  readonly #deleteLeaf: Statement<[Uint8Array]>;

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
    this.#marked = database.prepare("SELECT log, first FROM crdt_undigested LIMIT ?");
    this.#unmark = database.prepare("DELETE FROM crdt_undigested WHERE log = ? AND first = ?");
    this.#putLeaf = database.prepare("INSERT OR REPLACE INTO crdt_leaves(cell, leaf) VALUES (?, ?)");
    this.#deleteLeaf = database.prepare("DELETE FROM crdt_leaves WHERE cell = ?");
    const get = database.prepare<[number], Buffer>("SELECT hash FROM crdt_digests WHERE node = ?").pluck();
    const put = database.prepare("INSERT OR REPLACE INTO crdt_digests(node, hash) VALUES (?, ?)");
    const remove = database.prepare("DELETE FROM crdt_digests WHERE node = ?");
    const leaves = database
      .prepare<[Uint8Array, Uint8Array], Buffer>("SELECT leaf FROM crdt_leaves WHERE cell >= ? AND cell < ?")
      .pluck();
    this.#tree = new DigestTree(options.hasher, {
      get: (node) => get.get(node),
      put: (node, hash) => {
        if (hash === undefined) remove.run(node);
        else put.run(node, hash);
      },
      leaves: (bucket) => leaves.all(...boundsOf(bucket)),
    });
  }

  /** Notes that these batches of a log were interpreted. */
  mark(log: LogId, firsts: readonly number[]): void {
    const num = this.#logs.num(log);
    for (const first of firsts) this.#mark.run(num, first);
  }

  /** Takes in up to `batches` that were interpreted since; whether none is left. Inside a transaction. */
  advance(batches: number): boolean {
    const marked = this.#marked.all(batches);
    const seen = new Set<string>();
    const touched = new Set<number>();
    for (const { log, first } of marked) {
      this.#takeIn(this.#logs.id(log), first, seen, touched);
      this.#unmark.run(log, first);
    }
    this.#tree.update(touched);
    return marked.length < batches;
  }

  get root(): Uint8Array {
    return this.#tree.root;
  }

  #takeIn(log: LogId, first: number, seen: Set<string>, touched: Set<number>): void {
    const batch = this.#medium.open(log, first);
    if (batch === undefined) throw new Error("the digest names a batch that is not stored");
    for (const [object, key] of touchedCells(batch, this.#bind(batch.header.schema), this.#medium.cells)) {
      const cell = `${object.id} ${keyOf(key)}`;
      if (seen.has(cell)) continue;
      seen.add(cell);
      const name = this.#hasher.name(object, key);
      const leaf = this.#leaf(name, object, key);
      const shortName = name.subarray(0, 24);
      if (leaf === undefined) this.#deleteLeaf.run(shortName);
      else this.#putLeaf.run(shortName, leaf);
      touched.add(bucketOf(name));
    }
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
  const from = Uint8Array.of(bucket >>> 8, bucket & 0xff);
  const next = bucket + 1;
  const to = next > 0xffff ? new Uint8Array(25).fill(0xff) : Uint8Array.of(next >>> 8, next & 0xff);
  return [from, to];
}
