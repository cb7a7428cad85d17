import type { Compressor, Envelope, Hasher } from "@jarvis-crdt/batch";
import { decodeHeader } from "@jarvis-crdt/batch";
import { type Hlc, type LogId, type NodeId, nodeOf } from "@jarvis-crdt/crdt";
import type { Database } from "better-sqlite3";
import { auditCells, type CellAudit } from "./cell-audit.ts";
import { type EnvelopeRow, envelopeOf } from "./envelope-row.ts";
import { openReadOnly } from "./open-read-only.ts";

/** What a state file holds that can be given to another one: read for backups, by whoever takes its word for nothing. */
export class StateCopy implements Disposable {
  readonly #db: Database;

  /** Changes nothing. Throws `StoreError` `wrong-file`. */
  constructor(path: string) {
    this.#db = openReadOnly(path);
  }

  /** The log that its node wrote last; undefined before it wrote anything. */
  get log(): LogId | undefined {
    return this.#meta("log") as LogId | undefined;
  }

  get node(): NodeId | undefined {
    return this.log === undefined ? undefined : nodeOf(this.log);
  }

  /** Cluster id, 16 bytes. */
  get cluster(): Uint8Array | undefined {
    return this.#meta("cluster") as Uint8Array | undefined;
  }

  /** Last stored sequence of each log. */
  get frontier(): ReadonlyMap<LogId, number> {
    const rows = this.#db.prepare("SELECT name, seq FROM crdt_logs WHERE seq > 0 ORDER BY name").raw().all();
    return new Map(rows as [LogId, number][]);
  }

  /** Nonces of plans that an archive may carry that belongs to this state. */
  get nonces(): readonly string[] {
    const intended = this.#meta("intended") as string | undefined;
    const confirmed = this.#meta("confirmed") as string | undefined;
    const of = intended === undefined ? [] : [(JSON.parse(intended) as { nonce: string }).nonce];
    return confirmed === undefined ? of : [...of, confirmed];
  }

  get counts(): { readonly rows: number; readonly operations: number; readonly batches: number } {
    const [rows, operations, batches] = this.#db
      .prepare(
        `SELECT (SELECT coalesce(sum(cells), 0) FROM crdt_objects WHERE type = 'table'),
           (SELECT coalesce(sum(seq), 0) FROM crdt_logs), (SELECT coalesce(sum(number), 0) FROM crdt_logs)`,
      )
      .raw()
      .get() as [number, number, number];
    return { rows, operations, batches };
  }

  /** Id of the last stored batch of a log. */
  headOf(log: LogId): Uint8Array | undefined {
    return this.#db.prepare<[string], Buffer>("SELECT head FROM crdt_logs WHERE name = ?").pluck().get(log);
  }

  /** The greatest stamp that the node gave or saw. */
  get lastStamp(): Hlc {
    return (this.#meta("hlc") as number | undefined) ?? 0;
  }

  /** Transactions that wait, and cells with open conflicts. */
  get open(): { readonly waiting: number; readonly conflicts: number } {
    const [waiting, conflicts] = this.#db
      .prepare(
        `SELECT (SELECT count(*) FROM crdt_waiting),
           (SELECT count(*) FROM (SELECT DISTINCT object, key FROM crdt_siblings WHERE differ = 1))`,
      )
      .raw()
      .get() as [number, number];
    return { waiting, conflicts };
  }

  certificates(): readonly { readonly node: NodeId; readonly der: Uint8Array }[] {
    return this.#db
      .prepare<[], { node: string; der: Buffer }>("SELECT node, der FROM crdt_certificates ORDER BY id")
      .all();
  }

  schemas(): readonly { readonly id: Uint8Array; readonly bytes: Uint8Array }[] {
    return this.#db.prepare<[], { id: Buffer; bytes: Buffer }>("SELECT id, bytes FROM crdt_schemas").all();
  }

  /** Batches of a log after a sequence that ends one, in order. One is in memory at a time. */
  *envelopes(log: LogId, after: number): Iterable<Envelope> {
    const next = this.#db.prepare<[string, number], EnvelopeRow>(
      `SELECT header, signature, codec, raw, body FROM crdt_batches
       WHERE log = (SELECT id FROM crdt_logs WHERE name = ?) AND first > ? ORDER BY first LIMIT 1`,
    );
    for (let from = after; ; ) {
      const row = next.get(log, from);
      if (row === undefined) return;
      yield envelopeOf(row);
      from = decodeHeader(row.header).first;
    }
  }

  /** How many cells live, as their objects count them. */
  get cells(): number {
    return this.#db.prepare<[], number>("SELECT coalesce(sum(cells), 0) FROM crdt_objects").pluck().get()!;
  }

  /** Bytes of all bodies. */
  get bodyBytes(): number {
    return this.#db
      .prepare<[], number>("SELECT coalesce(sum(length(body)), 0) FROM crdt_batches")
      .pluck()
      .get()!;
  }

  /** Leaf hashes that are kept beside the batch which begins with this sequence. */
  leavesOf(log: LogId, first: number): Uint8Array | undefined {
    return this.#db
      .prepare<[string, number], Buffer>(
        "SELECT leaves FROM crdt_batches WHERE log = (SELECT id FROM crdt_logs WHERE name = ?) AND first = ?",
      )
      .pluck()
      .get(log, first);
  }

  /** Compares cells with the digest; yields how many it has looked at. One snapshot is read meanwhile. O(cells). */
  auditCells(hasher: Hasher, compressor: Compressor): Generator<number, CellAudit> {
    return auditCells(this.#db, hasher, compressor);
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }

  #meta(key: string): unknown {
    return this.#db.prepare("SELECT value FROM crdt_meta WHERE key = ?").pluck().get(key) ?? undefined;
  }
}
