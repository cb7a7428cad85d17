import {
  type BatchHeader,
  type Compressor,
  decodeHeader,
  type Envelope,
  unpackBody,
} from "@jarvis-crdt/batch";
import {
  ByteReader,
  ByteWriter,
  type Dot,
  decodeOperation,
  EncodedValues,
  maxPieceBytes,
  type OpenRowAdd,
  openRowAdd,
  readRowValues,
  type Value,
  writeRowValues,
} from "@jarvis-crdt/crdt";
import type { CapturedIntent } from "@jarvis-crdt/store";
import {
  type ChangedRow,
  type OutboxEntry,
  type PackedBatch,
  type PackedPlan,
  type Plan,
  type PlannedRow,
  type PlanRequest,
  type RowKey,
  type RowView,
  sizeOf,
} from "../state/state.ts";
import { PackedRow } from "./packed-row.ts";
import {
  most,
  NameReader,
  NameWriter,
  readHint,
  readRow,
  sizeOfRow,
  uidBytes,
  writeHint,
  writeRow,
} from "./row-codec.ts";

/*
 * What two threads of one process say to each other about a plan, as one flat buffer: thousands of small objects would
 * be cloned one by one, and values that are classes would arrive as something else. Not a wire format; both sides are
 * the same build.
 */

const tokenBytes = 16;
const nothing = new Uint8Array(0);

export function encodeEntries(entries: readonly OutboxEntry[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(entries.length * 24 + 16);
  writeEntries(writer, entries);
  return writer.slice();
}

export function decodeEntries(bytes: Uint8Array): readonly OutboxEntry[] {
  return readEntries(new ByteReader(bytes));
}

export function encodeRequest({ nonce, captured, maxRows, also }: PlanRequest): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(
    1024 + sum(captured.intents, (one) => ("values" in one ? sizeOfValues(one.values) : 0)),
  );
  const names = new NameWriter();
  writer.str(nonce);
  writer.varint(maxRows);
  writeKeys(writer, names, also);
  writer.varint(captured.intents.length);
  const scratch = new ByteWriter(4096);
  for (const intent of captured.intents) writeIntent(writer, names, intent, scratch);
  for (const time of captured.times) writer.f64(time);
  writeEntries(writer, captured.entries);
  writeKeys(writer, names, captured.evicted);
  writeKeys(writer, names, captured.unevicted ?? []);
  writer.u8(captured.isRewound ? 1 : 0);
  return writer.subarray();
}

export function decodeRequest(bytes: Uint8Array): PlanRequest {
  const reader = new ByteReader(bytes);
  const names = new NameReader();
  const nonce = reader.str();
  const maxRows = reader.varint();
  const also = readKeys(reader, names);
  const intents = Array.from({ length: reader.count(most) }, () => readIntent(reader, names));
  const times = intents.map(() => reader.f64());
  const entries = readEntries(reader);
  const evicted = readKeys(reader, names);
  const unevicted = readKeys(reader, names);
  const isRewound = reader.u8() === 1;
  return { nonce, maxRows, also, captured: { intents, times, entries, evicted, unevicted, isRewound } };
}

export function encodeKeys(keys: readonly RowKey[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(keys.length * 24 + 16);
  writeKeys(writer, new NameWriter(), keys);
  return writer.slice();
}

export function decodeKeys(bytes: Uint8Array): readonly RowKey[] {
  return readKeys(new ByteReader(bytes), new NameReader());
}

export function encodePlan({ batches, rows, left, more }: PackedPlan): Uint8Array<ArrayBuffer> {
  const packed = sum(batches, ({ envelope }) => envelope.body.length + 1024);
  const writer = new ByteWriter(64 + packed + sum(rows, sizeOfRow));
  const names = new NameWriter();
  writer.u8(more ? 1 : 0);
  writer.varint(batches.length);
  for (const { envelope, tables, count } of batches) {
    writer.bytes(envelope.header);
    writer.varint(envelope.codec);
    writer.varint(envelope.rawLength);
    writer.bytes(envelope.body);
    writer.varint(tables.length);
    for (const table of tables) names.write(writer, table);
    writer.varint(count);
  }
  writer.varint(rows.length);
  for (const row of rows) writeRow(writer, names, row);
  writeKeys(writer, names, left);
  return writer.subarray();
}

function sizeOfValues(values: readonly Value[] | EncodedValues): number {
  return values instanceof EncodedValues ? values.bytes.length : sizeOf(values);
}

/** Large rows are copied once if the buffer need not grow. */
function sum<One>(all: readonly One[], bytes: (one: One) => number): number {
  return all.reduce((total, one) => total + bytes(one), 0);
}

/** Reads a plan; each packed batch becomes a page of rows when its turn comes. */
export function decodePlan(bytes: Uint8Array, compressor: Compressor): Plan {
  const reader = new ByteReader(bytes);
  const names = new NameReader();
  const more = reader.u8() === 1;
  const batches = Array.from({ length: reader.count(most) }, () => readPacked(reader, names));
  const rows = Array.from({ length: reader.count(most) }, () => readRow(reader, names));
  const left = readKeys(reader, names);
  const count = batches.reduce((sum, batch) => sum + batch.count, rows.length);
  return { more, count, left, pages: pagesOf(batches, rows, compressor) };
}

function* pagesOf(
  batches: readonly PackedBatch[],
  rows: readonly (PlannedRow | ChangedRow)[],
  compressor: Compressor,
): Iterable<readonly (PlannedRow | ChangedRow)[]> {
  for (const batch of batches) yield unpackRows(batch, compressor);
  yield rows;
}

/** The rows that a packed batch adds, each with the view that the state would give of it. */
export function unpackRows({ envelope, tables }: PackedBatch, compressor: Compressor): readonly PlannedRow[] {
  const header = decodeHeader(envelope.header);
  const { log, first, count } = header;
  return unpackBody(envelope, count, compressor).map((bytes, i) => {
    const dot = { log, seq: first + i };
    const open = openRowAdd(bytes, header);
    const view = open === undefined ? wideRow(bytes, header, dot, tables) : packedRow(open, dot, tables);
    return { table: view.table, uid: view.uid, view };
  });
}

function packedRow(open: OpenRowAdd, dot: Dot, tables: readonly string[]): RowView {
  return new PackedRow(tables[open.table]!, dot, open);
}

function wideRow(bytes: Uint8Array, header: BatchHeader, dot: Dot, tables: readonly string[]): RowView {
  const operation = decodeOperation(bytes, header);
  if (operation.kind !== "row.add") throw new Error("a packed batch does more than add rows");
  const { uid, stamp, hint, values } = operation;
  // A transaction with values in pieces holds more than rows.
  return { table: tables[operation.table]!, uid, dot, stamp, hint, values: values as readonly Value[] };
}

function readPacked(reader: ByteReader, names: NameReader): PackedBatch {
  const header = reader.bytes();
  const codec = reader.varint();
  const rawLength = reader.varint();
  const envelope: Envelope = { header, signature: nothing, codec, rawLength, body: reader.bytes() };
  const tables = Array.from({ length: reader.count(most) }, () => names.read(reader));
  return { envelope, tables, count: reader.varint() };
}

function writeIntent(
  writer: ByteWriter,
  names: NameWriter,
  intent: CapturedIntent,
  scratch: ByteWriter,
): void {
  if (!("table" in intent)) throw new Error("an archive captures rows only");
  writer.u8(intent.kind === "row.add" ? (intent.base ? 1 : 0) : intent.kind === "row.set" ? 2 : 3);
  names.write(writer, intent.table);
  writer.raw(intent.uid);
  if (intent.kind === "row.add") {
    writeHint(writer, intent.hint);
    writeAdded(writer, intent.values, scratch);
  } else if (intent.kind === "row.set") {
    names.write(writer, intent.group);
    writeRowValues(writer, intent.values);
  }
}

/** The values of a new row go into its operation as they are written here. */
function writeAdded(writer: ByteWriter, values: readonly Value[] | EncodedValues, scratch: ByteWriter): void {
  writer.varint(values.length);
  if (values instanceof EncodedValues) writer.bytes(values.bytes);
  else {
    scratch.truncate();
    writeRowValues(scratch, values);
    writer.bytes(scratch.subarray());
  }
}

/** Bytes, unless one of them may have to be cut into pieces. */
function readAdded(reader: ByteReader): readonly Value[] | EncodedValues {
  const length = reader.varint();
  const bytes = reader.bytes();
  return bytes.length > maxPieceBytes
    ? readRowValues(new ByteReader(bytes))
    : new EncodedValues(bytes, length);
}

function readIntent(reader: ByteReader, names: NameReader): CapturedIntent {
  const kind = reader.u8();
  const table = names.read(reader);
  const uid = reader.raw(uidBytes);
  if (kind === 3) return { kind: "row.remove", table, uid };
  if (kind === 2) {
    const group = names.read(reader);
    return { kind: "row.set", table, uid, group, values: readRowValues(reader) };
  }
  const hint = readHint(reader);
  const values = readAdded(reader);
  const add = { kind: "row.add", table, uid, hint, ...(kind === 1 ? { base: true } : {}) } as const;
  return values instanceof EncodedValues ? { ...add, values } : { ...add, values };
}

function writeKeys(writer: ByteWriter, names: NameWriter, keys: readonly RowKey[]): void {
  writer.varint(keys.length);
  for (const { table, uid } of keys) {
    names.write(writer, table);
    writer.raw(uid);
  }
}

function readKeys(reader: ByteReader, names: NameReader): readonly RowKey[] {
  return Array.from({ length: reader.count(most) }, () => ({
    table: names.read(reader),
    uid: reader.raw(uidBytes),
  }));
}

function writeEntries(writer: ByteWriter, entries: readonly OutboxEntry[]): void {
  writer.varint(entries.length);
  for (const { id, token } of entries) {
    writer.varint(id);
    writer.raw(token);
  }
}

function readEntries(reader: ByteReader): readonly OutboxEntry[] {
  return Array.from({ length: reader.count(most) }, () => ({
    id: reader.varint(),
    token: reader.raw(tokenBytes),
  }));
}
