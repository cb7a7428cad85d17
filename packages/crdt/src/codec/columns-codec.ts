import { CrdtError } from "../error.ts";
import { maxColumns, maxPieceBytes, maxRowBytes, minPiecedBytes } from "../limits.ts";
import { type Column, Pieced } from "../pieces.ts";
import type { Value } from "../value.ts";
import { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { withWriter } from "./scratch.ts";
import { readScalar, skipScalar, valueTag, writeScalar } from "./value-codec.ts";

/** Canonical bytes of a row's values, none in pieces: their number, then each. */
export function encodeRowValues(values: readonly Value[]): Uint8Array {
  return withWriter((writer) => {
    writeRowValues(writer, values);
    return writer.slice();
  });
}

export function decodeRowValues(bytes: Uint8Array): readonly Value[] {
  const reader = new ByteReader(bytes);
  const values = readRowValues(reader);
  reader.end();
  return values;
}

/** Writes the values of a row as `readRowValues` reads them. O(bytes). */
export function writeRowValues(writer: ByteWriter, values: readonly Value[]): void {
  writeAll(writer, values, (value) => writeScalar(writer, value));
}

function writeAll<One>(writer: ByteWriter, values: readonly One[], write: (value: One) => void): void {
  if (values.length > maxColumns) throw new CrdtError("too-large", `a row has at most ${maxColumns} columns`);
  writer.varint(values.length);
  for (const value of values) write(value);
}

/** Reads the values of a row, at most `maxColumns`; throws `CrdtError`. O(bytes). */
export function readRowValues(reader: ByteReader): readonly Value[] {
  const count = reader.count(maxColumns);
  const values: Value[] = [];
  for (let i = 0; i < count; i++) values.push(readScalar(reader));
  return values;
}

export function writeColumns(writer: ByteWriter, values: readonly Column[]): void {
  checkPieced(values);
  writeAll(writer, values, (value) => {
    if (!(value instanceof Pieced)) return writeScalar(writer, value);
    writer.u8(value.form === "text" ? valueTag.textInPieces : valueTag.bytesInPieces);
    writer.varint(value.length);
  });
}

export function readColumns(reader: ByteReader): readonly Column[] {
  const count = reader.count(maxColumns);
  const values: Column[] = [];
  let isPieced = false;
  for (let i = 0; i < count; i++) {
    const value = readPieced(reader) ?? readScalar(reader);
    if (value instanceof Pieced) isPieced = true;
    values.push(value);
  }
  if (isPieced) checkPieced(values);
  return values;
}

export function skipColumns(reader: ByteReader): {
  readonly columns: number;
  readonly pieced?: readonly number[];
} {
  const columns = reader.count(maxColumns);
  let pieced: Pieced[] | undefined;
  for (let i = 0; i < columns; i++) {
    const value = readPieced(reader);
    if (value === undefined) skipScalar(reader);
    else if (pieced === undefined) pieced = [value];
    else pieced.push(value);
  }
  if (pieced === undefined) return { columns };
  checkPieced(pieced);
  return { columns, pieced: pieced.map(({ length }) => length) };
}

/** The stand-in of a value in pieces, if that is next. */
function readPieced(reader: ByteReader): Pieced | undefined {
  const tag = reader.peek();
  if (tag !== valueTag.textInPieces && tag !== valueTag.bytesInPieces) return undefined;
  reader.u8();
  return new Pieced(tag === valueTag.textInPieces ? "text" : "bytes", reader.varint());
}

function checkPieced(values: readonly Column[]): void {
  let total = 0;
  for (const value of values) {
    if (!(value instanceof Pieced)) continue;
    if (value.length <= minPiecedBytes)
      throw new CrdtError("not-canonical", "a value in pieces that needs none");
    total += value.length;
    if (total > maxRowBytes) throw new CrdtError("too-large", `a row may have ${maxRowBytes} bytes`);
  }
}

export function readPiece(reader: ByteReader): Uint8Array {
  const bytes = reader.bytes();
  checkPiece(bytes.length);
  return bytes;
}

export function checkPiece(length: number): void {
  if (length > 0 && length <= maxPieceBytes) return;
  throw new CrdtError("invalid-operation", `a piece has 1 to ${maxPieceBytes} bytes`);
}
