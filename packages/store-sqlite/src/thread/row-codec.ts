import {
  ByteReader,
  ByteWriter,
  type Dot,
  type LogId,
  readRowValues,
  type Stamp,
  type Value,
  writeRowValues,
} from "@jarvis-crdt/crdt";
import { type ChangedRow, type PlannedRow, type RowView, sizeOf, valuesOf } from "../state/state.ts";

/* Rows as the threads of one process tell each other of them, in the buffer of a plan or one of their own. */

export const uidBytes = 16;
export const most = Number.MAX_SAFE_INTEGER;

const kinds = { gone: 0, shown: 1, changed: 2 } as const;

/** Says a name once and then by its number. */
export class NameWriter {
  readonly #numbers = new Map<string, number>();

  write(writer: ByteWriter, name: string): void {
    const known = this.#numbers.get(name);
    writer.varint(known === undefined ? 0 : known + 1);
    if (known !== undefined) return;
    this.#numbers.set(name, this.#numbers.size);
    writer.str(name);
  }
}

export class NameReader {
  readonly #names: string[] = [];

  read(reader: ByteReader): string {
    const number = reader.varint();
    if (number > 0) return this.#names[number - 1]!;
    const name = reader.str();
    this.#names.push(name);
    return name;
  }
}

/** Rows as they shall be shown, whole. */
export function encodeRows(rows: readonly PlannedRow[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(rows.reduce((bytes, row) => bytes + sizeOfRow(row), 16));
  const names = new NameWriter();
  writer.varint(rows.length);
  for (const row of rows) writePlanned(writer, names, row);
  return writer.subarray();
}

export function decodeRows(bytes: Uint8Array): readonly PlannedRow[] {
  const reader = new ByteReader(bytes);
  const names = new NameReader();
  return Array.from({ length: reader.count(most) }, () => readPlanned(reader, names));
}

/** About the bytes that a row takes: large ones are copied once if the buffer need not grow. */
export function sizeOfRow(row: PlannedRow | ChangedRow): number {
  if ("changed" in row) return 128 + sizeOf(valuesOf(row));
  return 128 + (row.view ? sizeOf(row.view.values) : 0);
}

export function writeRow(writer: ByteWriter, names: NameWriter, row: PlannedRow | ChangedRow): void {
  if ("changed" in row) writeChanged(writer, names, row);
  else writePlanned(writer, names, row);
}

export function readRow(reader: ByteReader, names: NameReader): PlannedRow | ChangedRow {
  const table = names.read(reader);
  const uid = reader.raw(uidBytes);
  const kind = reader.u8();
  if (kind === kinds.gone) return { table, uid, view: undefined };
  const { dot, stamp } = readStamp(reader, names);
  if (kind === kinds.changed) return { table, uid, dot, stamp, changed: readChanged(reader) };
  const view: RowView = { table, uid, dot, stamp, hint: readHint(reader), values: readRowValues(reader) };
  return { table, uid, view };
}

export function writePlanned(writer: ByteWriter, names: NameWriter, { table, uid, view }: PlannedRow): void {
  names.write(writer, table);
  writer.raw(uid);
  writer.u8(view ? kinds.shown : kinds.gone);
  if (!view) return;
  writeStamp(writer, names, view);
  writeHint(writer, view.hint);
  writeRowValues(writer, view.values);
}

export function readPlanned(reader: ByteReader, names: NameReader): PlannedRow {
  const row = readRow(reader, names);
  if ("changed" in row) throw new Error("a row is told whole where nothing says what the archive shows");
  return row;
}

function writeStamp(writer: ByteWriter, names: NameWriter, { dot, stamp }: { dot: Dot; stamp: Stamp }): void {
  names.write(writer, dot.log);
  writer.varint(dot.seq);
  writer.varint(stamp === "base" ? 0 : stamp);
}

function readStamp(reader: ByteReader, names: NameReader): { readonly dot: Dot; readonly stamp: Stamp } {
  const log: LogId = names.read(reader);
  const seq = reader.varint();
  return { dot: { log, seq }, stamp: reader.varint() || "base" };
}

function writeChanged(writer: ByteWriter, names: NameWriter, row: ChangedRow): void {
  names.write(writer, row.table);
  writer.raw(row.uid);
  writer.u8(kinds.changed);
  writeStamp(writer, names, row);
  writer.varint(row.changed.length);
  for (const value of row.changed) writer.u8(value === undefined ? 0 : 1);
  writeRowValues(writer, valuesOf(row));
}

function readChanged(reader: ByteReader): readonly (Value | undefined)[] {
  const isThere = Array.from({ length: reader.count(most) }, () => reader.u8() === 1);
  const values = readRowValues(reader).values();
  return isThere.map((one) => (one ? values.next().value : undefined));
}

export function writeHint(writer: ByteWriter, hint: number | null): void {
  writer.u8(hint === null ? 0 : 1);
  if (hint !== null) writer.int(hint);
}

export function readHint(reader: ByteReader): number | null {
  return reader.u8() === 0 ? null : (reader.int() as number);
}
