import {
  type Batch,
  type BatchHeader,
  type Compressor,
  decodeHeader,
  type Envelope,
  hashBytes,
  hollowCodec,
  isHollow,
  unpackBody,
} from "@jarvis-crdt/batch";
import type { LogId } from "@jarvis-crdt/crdt";
import { type BatchContent, type LogWeight, OpenBatch, type StoredHeader } from "@jarvis-crdt/store";
import type { Database, Statement } from "better-sqlite3";
import { type EnvelopeRow, envelopeOf } from "./envelope-row.ts";
import { KeptOutlines } from "./kept-outlines.ts";
import type { SqlLogs } from "./logs.ts";

/**
 * Unpacked bytes of batches kept in memory, so that what was just received is not unpacked again to show it: some
 * 10,000 rows. Decoded they take about three times as much.
 */
const cachedBytes = 8 * 1024 * 1024;

/** Batches that are weighed at once, which takes some ten milliseconds. */
const weighedBatches = 10_000;

/** Logs of which the leaf hashes of one batch are kept. */
const keptLeaves = 64;

/** The stored batches: envelopes verbatim, leaf hashes beside them, and the most recently used ones unpacked. */
export class SqlBatches {
  readonly #logs: SqlLogs;
  readonly #compressor: Compressor;
  readonly #put: Statement;
  readonly #replace: Statement;
  readonly #find: Statement<[number, number], number>;
  readonly #whole: Statement<[number, number], EnvelopeRow & { leaves: Buffer }>;
  readonly #range: Statement<[number, number], EnvelopeRow>;
  readonly #header: Statement<[number, number], Buffer>;
  readonly #raw: Statement<[number, number], number>;
  readonly #firsts: Statement<[number, number, number], number>;
  readonly #leaves: Statement<[number, number], { first: number; leaves: Buffer }>;
  readonly #headers: Statement<[number, number, number], { header: Buffer; codec: number; bytes: number }>;
  readonly #emptied: Statement<[number, number], { id: number }>;
  readonly #delete: Statement<[number]>;
  readonly #empty: Statement;
  readonly #weight: Statement<[number, number, number], LogWeight & { last: number | null }>;
  readonly #cache = new Map<string, OpenBatch>();
  readonly #recent = new Map<LogId, OpenBatch>();
  readonly #recentLeaves = new Map<LogId, { readonly first: number; readonly leaves: Uint8Array }>();
  readonly #outlines = new KeptOutlines();
  #cached = 0;

  constructor(database: Database, logs: SqlLogs, compressor: Compressor) {
    this.#logs = logs;
    this.#compressor = compressor;
    this.#put = database.prepare(
      `INSERT INTO crdt_batches(log, first, count, continues, header, signature, codec, raw, leaves, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#replace = database.prepare(
      `UPDATE crdt_batches SET signature = ?, codec = ?, raw = ?, leaves = ?, body = ?
       WHERE log = ? AND first = ? AND header = ? AND codec <> ${hollowCodec}`,
    );
    // A statement with ORDER BY is prepared anew, 4 µs, whenever a variable is bound that stands alone beside an equals sign.
    this.#find = database
      .prepare<[number, number], number>(
        "SELECT first FROM crdt_batches WHERE log = +? AND first <= ? ORDER BY first DESC LIMIT 1",
      )
      .pluck();
    this.#whole = database.prepare(
      "SELECT header, signature, codec, raw, leaves, body FROM crdt_batches WHERE log = ? AND first = ?",
    );
    this.#range = database.prepare(
      `SELECT header, signature, codec, raw, body FROM crdt_batches
       WHERE log = +? AND first > ? ORDER BY first LIMIT 1`,
    );
    this.#header = database
      .prepare<[number, number], Buffer>("SELECT header FROM crdt_batches WHERE log = ? AND first = ?")
      .pluck();
    this.#raw = database
      .prepare<[number, number], number>("SELECT raw FROM crdt_batches WHERE log = ? AND first = ?")
      .pluck();
    this.#firsts = database
      .prepare<[number, number, number], number>(
        "SELECT first FROM crdt_batches WHERE log = +? AND first BETWEEN ? AND ? ORDER BY first",
      )
      .pluck();
    this.#leaves = database.prepare(
      "SELECT first, leaves FROM crdt_batches WHERE log = +? AND first <= ? ORDER BY first DESC LIMIT 1",
    );
    this.#headers = database.prepare(
      `SELECT header, codec, length(body) + length(leaves) AS bytes FROM crdt_batches
       WHERE log = +? AND first > ? ORDER BY first LIMIT ?`,
    );
    this.#emptied = database.prepare(
      "SELECT id, log, first, count, continues, header, signature FROM crdt_batches WHERE log = ? AND first = ?",
    );
    this.#delete = database.prepare("DELETE FROM crdt_batches WHERE id = ?");
    this.#empty = database.prepare(
      `INSERT INTO crdt_batches(id, log, first, count, continues, header, signature, codec, raw, leaves, body)
       VALUES (@id, @log, @first, @count, @continues, @header, @signature, ${hollowCodec}, 0, x'', x'')`,
    );
    this.#weight = database.prepare(
      `SELECT count(*) AS batches, coalesce(sum(codec = ${hollowCodec}), 0) AS hollow,
         coalesce(sum(length(body) + length(leaves)), 0) AS bytes, max(first) AS last
       FROM (SELECT codec, body, leaves, first FROM crdt_batches
             WHERE log = +? AND first > ? AND first <= ? ORDER BY first LIMIT ${weighedBatches})`,
    );
  }

  append(batch: Batch, open: OpenBatch): void {
    const { header, envelope, leaves } = batch;
    const { log, first, count, continues } = header;
    this.#put.run(
      this.#logs.num(log),
      first,
      count,
      continues ? 1 : 0,
      envelope.header,
      envelope.signature,
      envelope.codec,
      envelope.rawLength,
      leaves,
      envelope.body,
    );
    this.#keep(open);
  }

  /** Writes a batch again that is stored under the same header and was damaged. Returns whether it is. */
  putBack({ header, envelope, leaves }: Batch): boolean {
    const { changes } = this.#replace.run(
      envelope.signature,
      envelope.codec,
      envelope.rawLength,
      leaves,
      envelope.body,
      this.#logs.num(header.log),
      header.first,
      envelope.header,
    );
    this.clear();
    return changes > 0;
  }

  /** The transaction goes on beyond this batch, which will be outlined again when it is whole. */
  goesOn(open: OpenBatch): void {
    this.#outlines.add(open);
  }

  /** No transaction of the log goes on any more. */
  whole(log: LogId): void {
    this.#outlines.forget(log);
  }

  /** The batch that holds this sequence. O(log batches), or O(1) within one batch. */
  open(log: LogId, seq: number): OpenBatch | undefined {
    const recent = this.#recent.get(log);
    if (recent !== undefined && recent.header.first <= seq && seq <= recent.last) return recent;
    const num = this.#logs.num(log);
    const outlined = this.#outlines.get(log, seq);
    const first = outlined === undefined ? this.#find.get(num, seq) : seq;
    if (first === undefined) return undefined;
    const cached = this.#cache.get(keyOf(log, first));
    if (cached === undefined && outlined !== undefined) {
      return new OpenBatch(outlined.header, () => this.#load(num, first).content, 0, outlined.rows);
    }
    const batch = cached ?? this.#read(num, first);
    if (seq > batch.last) return undefined;
    this.#keep(batch);
    return batch;
  }

  header(log: LogId, first: number): Uint8Array | undefined {
    return this.#header.get(this.#logs.num(log), first);
  }

  /** Header of the batch that holds this sequence, which is stored. */
  headerOf(log: LogId, seq: number): BatchHeader {
    const recent = this.#recent.get(log);
    if (recent !== undefined && recent.header.first <= seq && seq <= recent.last) return recent.header;
    const num = this.#logs.num(log);
    return decodeHeader(this.#header.get(num, this.#find.get(num, seq)!)!);
  }

  /** Bytes of the operations of the batch that begins with this sequence, which is stored. */
  rawLength(log: LogId, first: number): number {
    return this.#raw.get(this.#logs.num(log), first)!;
  }

  /** First sequences of the batches within a range. */
  firsts(log: LogId, from: number, to: number): readonly number[] {
    const recent = this.#recent.get(log);
    if (recent?.header.first === from && recent.last === to) return [from];
    return this.#firsts.all(this.#logs.num(log), from, to);
  }

  /** Leaf hash of one operation, without unpacking its batch. */
  leaf(log: LogId, seq: number): Uint8Array {
    const recent = this.#recent.get(log);
    if (recent !== undefined && recent.header.first <= seq && seq <= recent.last) return recent.leaf(seq);
    let known = this.#recentLeaves.get(log);
    if (known === undefined || seq < known.first || (seq - known.first) * hashBytes >= known.leaves.length) {
      known = this.#leaves.get(this.#logs.num(log), seq);
      if (known === undefined) throw new Error(`operation ${seq} of ${log} is not stored`);
      if (this.#recentLeaves.size >= keptLeaves) this.#recentLeaves.clear();
      this.#recentLeaves.set(log, known);
    }
    const at = (seq - known.first) * hashBytes;
    return known.leaves.subarray(at, at + hashBytes);
  }

  /** The envelope that begins with this sequence, which is stored. */
  envelope(log: LogId, first: number): Envelope {
    return envelopeOf(this.#range.get(this.#logs.num(log), first - 1)!);
  }

  /** Envelopes after a sequence that ends a batch and before `end`, up to `maxBytes` of bodies, at least one if any. */
  read(
    log: LogId,
    after: number,
    maxBytes: number,
    end: number = Number.POSITIVE_INFINITY,
  ): readonly Envelope[] {
    const num = this.#logs.num(log);
    const envelopes: Envelope[] = [];
    let bytes = 0;
    for (let from = after; ; ) {
      const row = this.#range.get(num, from);
      if (row === undefined) break;
      bytes += row.body.length;
      from = decodeHeader(row.header).first;
      if (from >= end || (envelopes.length > 0 && bytes > maxBytes)) break;
      envelopes.push(envelopeOf(row));
    }
    return envelopes;
  }

  /** What is said of some batches of a log after a sequence that ends one. */
  headers(log: LogId, after: number, limit: number): readonly StoredHeader[] {
    return this.#headers.all(this.#logs.num(log), after, limit).map(({ header, codec, bytes }) => {
      const { first, count, continues, hlcMax } = decodeHeader(header);
      return { first, last: first + count - 1, continues, hlcMax, isHollow: isHollow({ codec }), bytes };
    });
  }

  /** Throws the operations of the batch away that begins with this sequence. */
  empty(log: LogId, first: number): void {
    // An update would leave a page to each header: only what is deleted has SQLite join pages.
    const row = this.#emptied.get(this.#logs.num(log), first)!;
    this.#delete.run(row.id);
    this.#empty.run(row);
    const key = keyOf(log, first);
    this.#cached -= this.#cache.get(key)?.bytes ?? 0;
    this.#cache.delete(key);
    if (this.#recent.get(log)?.header.first === first) this.#recent.delete(log);
    if (this.#recentLeaves.get(log)?.first === first) this.#recentLeaves.delete(log);
  }

  /** What some batches of a log weigh that begin after a sequence and up to another one, and where the last begins. */
  weigh(log: LogId, after: number, through: number): LogWeight & { readonly last: number | null } {
    return this.#weight.get(this.#logs.num(log), after, through)!;
  }

  /** Forgets what is unpacked, after a transaction was rolled back. */
  clear(): void {
    this.#cache.clear();
    this.#recent.clear();
    this.#recentLeaves.clear();
    this.#outlines.clear();
    this.#cached = 0;
  }

  #read(num: number, first: number): OpenBatch {
    const { header, raw, content } = this.#load(num, first);
    return new OpenBatch(header, content, raw);
  }

  #load(num: number, first: number): { header: BatchHeader; raw: number; content: BatchContent } {
    const row = this.#whole.get(num, first)!;
    const header = decodeHeader(row.header);
    const operations = isHollow(row) ? [] : unpackBody(envelopeOf(row), header.count, this.#compressor);
    return { header, raw: row.raw, content: { operations, leaves: row.leaves } };
  }

  #keep(batch: OpenBatch): void {
    if (batch.isHollow) return;
    const key = keyOf(batch.header.log, batch.header.first);
    if (!this.#cache.delete(key)) this.#cached += batch.bytes;
    this.#cache.set(key, batch);
    this.#recent.set(batch.header.log, batch);
    for (const [oldest, { bytes, header }] of this.#cache) {
      if (this.#cached <= cachedBytes || this.#cache.size === 1) break;
      this.#cache.delete(oldest);
      this.#cached -= bytes;
      if (this.#recent.get(header.log)?.header.first === header.first) this.#recent.delete(header.log);
    }
  }
}

function keyOf(log: LogId, first: number): string {
  return `${log}/${first}`;
}
