import type { Dot } from "../dot.ts";
import { CrdtError } from "../error.ts";
import type { Hlc } from "../hlc.ts";
import {
  maxColumns,
  maxElementBytes,
  maxGroups,
  maxNameBytes,
  maxOperationBytes,
  maxOperationDots,
  maxPieceBytes,
  maxRowBytes,
  maxTables,
  minPiecedBytes,
} from "../limits.ts";
import type { LogId } from "../log.ts";
import type { Operation, Outline, Piece, RowAdd, RowRemove, RowSet, Stamp, Uid } from "../operation.ts";
import { type Column, Pieced } from "../pieces.ts";
import type { Value } from "../value.ts";
import { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { readDots, tooManyDots, writeDots } from "./dots-codec.ts";
import { checkOrigin, originBytes, readAbandon, writeAbandon } from "./healing-codec.ts";
import { type RowSlots, readRowSlots } from "./row-slots.ts";
import { withWriter } from "./scratch.ts";
import { utf8Length } from "./text.ts";
import {
  elementTooLarge,
  readScalar,
  readValue,
  skipScalar,
  valueTag,
  writeScalar,
  writeValue,
} from "./value-codec.ts";

/** What an operation takes from its batch, whose header is such a context. */
export interface OperationContext {
  /** The author's log. */
  readonly log: LogId;
  readonly hlcMin: Hlc;
  /** Where given, a later stamp is refused: the header's range is what the drift bound was checked against. */
  readonly hlcMax?: Hlc;
}

/** The first byte of an operation. Normative: docs/wire/operations.md. */
export const operationKind = {
  "counter.add": 1,
  "register.set": 2,
  "set.add": 3,
  "set.remove": 4,
  "row.add": 5,
  "row.set": 6,
  "row.remove": 7,
  "keyed.set": 8,
  "keyed.remove": 9,
  piece: 10,
  "log.abandon": 11,
  "counter.again": 12,
} as const satisfies Record<Operation["kind"], number>;

export const uidBytes = 16;

/** Canonical bytes of an operation. Errors: `invalid-operation`, `invalid-value`, `invalid-dot`, `too-large`. O(size). */
export function encodeOperation(operation: Operation, context: OperationContext): Uint8Array {
  return withWriter((writer) => {
    writeOperation(writer, operation, context);
    return writer.slice();
  });
}

/** Appends the canonical bytes of an operation. After an error the writer holds a part of them. */
export function writeOperation(writer: ByteWriter, operation: Operation, context: OperationContext): void {
  const start = writer.length;
  writer.u8(kindByte(operation.kind));
  writer.varint(stampVarint(operation.stamp, context));
  writeFields(writer, operation, context.log);
  if (writer.length - start > maxOperationBytes) throw operationTooLarge();
}

/**
 * Reads an operation that a peer may have made up: what is accepted encodes to the same bytes again. Byte values are
 * copies. Errors: `not-canonical`, `truncated`, `too-large`, `invalid-operation`, `invalid-value`, `invalid-dot`.
 */
export function decodeOperation(bytes: Uint8Array, context: OperationContext): Operation {
  if (bytes.length > maxOperationBytes) throw operationTooLarge();
  const reader = new ByteReader(bytes);
  const operation = readOperation(reader, context);
  reader.end();
  return operation;
}

/** Accepts and refuses what `decodeOperation` does, and makes nothing of a row's values. */
export function outlineOperation(bytes: Uint8Array, context: OperationContext): Outline {
  if (bytes.length > maxOperationBytes) throw operationTooLarge();
  const reader = new ByteReader(bytes);
  const outline = readOutline(reader, context);
  reader.end();
  return outline;
}

/** A `row.add` whose texts are not decoded. */
export interface OpenRowAdd extends Omit<RowAdd, "kind" | "values"> {
  readonly slots: RowSlots;
}

/**
 * Reads a `row.add` that `outlineOperation` has accepted; uid and texts are views of the bytes. Undefined where it has too
 * many columns for that. Throws where it is another operation.
 */
export function openRowAdd(bytes: Uint8Array, context: OperationContext): OpenRowAdd | undefined {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== operationKind["row.add"]) throw new Error("not a row.add");
  const stamp = readStamp(reader, context);
  const table = readIndex(reader, maxTables);
  const uid = reader.raw(uidBytes);
  const hint = readHint(reader);
  const slots = readRowSlots(reader);
  return slots && { stamp, table, uid, hint, slots };
}

function kindByte(kind: Operation["kind"]): number {
  const byte = operationKind[kind];
  if (byte === undefined) throw new CrdtError("invalid-operation", "unknown kind of operation");
  return byte;
}

/** 0 is a base value; n stands for `hlcMin + n - 1`. */
function stampVarint(stamp: Stamp, context: OperationContext): number {
  if (stamp === "base") return 0;
  checkStamp(stamp, context);
  return stamp - context.hlcMin + 1;
}

function readStamp(reader: ByteReader, context: OperationContext): Stamp {
  const offset = reader.varint();
  if (offset === 0) return "base";
  const stamp = context.hlcMin + offset - 1;
  checkStamp(stamp, context);
  return stamp;
}

function checkStamp(stamp: Hlc, { hlcMin, hlcMax = Number.MAX_SAFE_INTEGER }: OperationContext): void {
  if (!Number.isSafeInteger(stamp) || stamp < 1 || stamp < hlcMin || stamp > hlcMax) {
    throw new CrdtError("invalid-operation", "a stamp outside of its batch's range");
  }
}

function writeFields(writer: ByteWriter, operation: Operation, own: LogId): void {
  switch (operation.kind) {
    case "counter.add":
      writeName(writer, operation.object);
      if (!Number.isSafeInteger(operation.by)) throw notSafe();
      writer.int(operation.by);
      return;
    case "register.set":
      writeName(writer, operation.object);
      writeDots(writer, operation.seen, own);
      writeValue(writer, operation.value);
      return;
    case "set.add":
    case "set.remove": {
      if (operation.kind === "set.remove") checkNamesSome(operation.seen);
      writeName(writer, operation.object);
      writeDots(writer, operation.seen, own);
      writeElement(writer, operation.element);
      return;
    }
    case "keyed.set":
    case "keyed.remove":
      if (operation.kind === "keyed.remove") checkNamesSome(operation.seen);
      writeName(writer, operation.object);
      writeDots(writer, operation.seen, own);
      writeElement(writer, operation.key);
      if (operation.kind === "keyed.set") writeValue(writer, operation.value);
      return;
    case "row.add":
      writeRowKey(writer, operation);
      if (operation.hint === null) writer.u8(0);
      else {
        if (!Number.isSafeInteger(operation.hint)) throw notSafe();
        writer.u8(1);
        writer.int(operation.hint);
      }
      writeColumns(writer, operation.values);
      return;
    case "row.set":
      checkNamesSome(operation.adds);
      checkDots(operation.adds, operation.seen);
      writeRowKey(writer, operation);
      writeIndex(writer, operation.group, maxGroups);
      writeDots(writer, operation.adds, own);
      writeDots(writer, operation.seen, own);
      writeColumns(writer, operation.values);
      return;
    case "row.remove":
      checkNamesSome(operation.adds);
      writeRowKey(writer, operation);
      writeDots(writer, operation.adds, own);
      return;
    case "log.abandon":
      writeAbandon(writer, operation, own);
      return;
    case "counter.again":
      checkOrigin(operation.origin);
      writer.raw(operation.origin);
      writeName(writer, operation.object);
      if (!Number.isSafeInteger(operation.by)) throw notSafe();
      writer.int(operation.by);
      return;
    case "piece":
      checkPiece(operation.bytes.length);
      writer.bytes(operation.bytes);
      return;
  }
}

/** Reads an operation that other bytes may follow. */
export function readOperation(reader: ByteReader, context: OperationContext): Operation {
  const kind = reader.u8();
  const stamp = readStamp(reader, context);
  switch (kind) {
    case operationKind["row.add"]: {
      const key = readRowKey(reader);
      const hint = readHint(reader);
      return { kind: "row.add", stamp, table: key.table, uid: key.uid, hint, values: readColumns(reader) };
    }
    case operationKind["row.set"]:
      return { kind: "row.set", stamp, ...readRowSet(reader, context.log), values: readColumns(reader) };
    case operationKind.piece:
      return { kind: "piece", stamp, bytes: readPiece(reader).slice() };
    default:
      return readOther(kind, reader, stamp, context.log);
  }
}

function readOutline(reader: ByteReader, context: OperationContext): Outline {
  const kind = reader.u8();
  const stamp = readStamp(reader, context);
  switch (kind) {
    case operationKind["row.add"]: {
      const { table, uid } = readRowKey(reader);
      readHint(reader);
      return { kind: "row.add", stamp, table, uid, ...skipColumns(reader) };
    }
    case operationKind["row.set"]:
      return { kind: "row.set", stamp, ...readRowSet(reader, context.log), ...skipColumns(reader) };
    case operationKind.piece:
      return { kind: "piece", stamp, length: readPiece(reader).length };
    default:
      return readOther(kind, reader, stamp, context.log);
  }
}

function readRowKey(reader: ByteReader): { table: number; uid: Uid } {
  return { table: readIndex(reader, maxTables), uid: readUid(reader) };
}

function readRowSet(reader: ByteReader, own: LogId): Omit<RowSet, "kind" | "stamp" | "values"> {
  const { table, uid } = readRowKey(reader);
  const group = readIndex(reader, maxGroups);
  const adds = readDots(reader, own);
  const seen = readDots(reader, own);
  checkNamesSome(adds);
  checkDots(adds, seen);
  return { table, uid, group, adds, seen };
}

/** An operation other than those that carry a row's values, or a part of one. */
function readOther(
  kind: number,
  reader: ByteReader,
  stamp: Stamp,
  own: LogId,
): Exclude<Operation, RowAdd | RowSet | Piece> {
  switch (kind) {
    case operationKind["row.remove"]: {
      const table = readIndex(reader, maxTables);
      const uid = readUid(reader);
      const adds = readDots(reader, own);
      checkNamesSome(adds);
      return { kind: "row.remove", stamp, table, uid, adds };
    }
    case operationKind["counter.add"]: {
      const object = readName(reader);
      const by = reader.int();
      if (typeof by === "bigint") throw notSafe();
      return { kind: "counter.add", stamp, object, by };
    }
    case operationKind["register.set"]: {
      const object = readName(reader);
      const seen = readDots(reader, own);
      return { kind: "register.set", stamp, object, value: readValue(reader), seen };
    }
    case operationKind["set.add"]: {
      const object = readName(reader);
      const seen = readDots(reader, own);
      return { kind: "set.add", stamp, object, element: readElement(reader), seen };
    }
    case operationKind["set.remove"]: {
      const object = readName(reader);
      const seen = readDots(reader, own);
      checkNamesSome(seen);
      return { kind: "set.remove", stamp, object, element: readElement(reader), seen };
    }
    case operationKind["keyed.set"]: {
      const object = readName(reader);
      const seen = readDots(reader, own);
      const key = readElement(reader);
      return { kind: "keyed.set", stamp, object, key, value: readValue(reader), seen };
    }
    case operationKind["keyed.remove"]: {
      const object = readName(reader);
      const seen = readDots(reader, own);
      checkNamesSome(seen);
      return { kind: "keyed.remove", stamp, object, key: readElement(reader), seen };
    }
    case operationKind["log.abandon"]:
      return { kind: "log.abandon", stamp, ...readAbandon(reader, own) };
    case operationKind["counter.again"]: {
      const origin = reader.raw(originBytes).slice();
      const object = readName(reader);
      const by = reader.int();
      if (typeof by === "bigint") throw notSafe();
      return { kind: "counter.again", stamp, object, by, origin };
    }
    default:
      throw new CrdtError("invalid-operation", `unknown kind ${kind} of operation`);
  }
}

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

export function writeRowValues(writer: ByteWriter, values: readonly Value[]): void {
  writeAll(writer, values, (value) => writeScalar(writer, value));
}

function writeAll<One>(writer: ByteWriter, values: readonly One[], write: (value: One) => void): void {
  if (values.length > maxColumns) throw new CrdtError("too-large", `a row has at most ${maxColumns} columns`);
  writer.varint(values.length);
  for (const value of values) write(value);
}

export function readRowValues(reader: ByteReader): readonly Value[] {
  const count = reader.count(maxColumns);
  const values: Value[] = [];
  for (let i = 0; i < count; i++) values.push(readScalar(reader));
  return values;
}

function writeColumns(writer: ByteWriter, values: readonly Column[]): void {
  checkPieced(values);
  writeAll(writer, values, (value) => {
    if (!(value instanceof Pieced)) return writeScalar(writer, value);
    writer.u8(value.form === "text" ? valueTag.textInPieces : valueTag.bytesInPieces);
    writer.varint(value.length);
  });
}

function readColumns(reader: ByteReader): readonly Column[] {
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

function skipColumns(reader: ByteReader): { readonly columns: number; readonly pieced?: readonly number[] } {
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

function readPiece(reader: ByteReader): Uint8Array {
  const bytes = reader.bytes();
  checkPiece(bytes.length);
  return bytes;
}

function checkPiece(length: number): void {
  if (length > 0 && length <= maxPieceBytes) return;
  throw new CrdtError("invalid-operation", `a piece has 1 to ${maxPieceBytes} bytes`);
}

function writeRowKey(writer: ByteWriter, operation: RowAdd | RowSet | RowRemove): void {
  writeIndex(writer, operation.table, maxTables);
  if (operation.uid.length !== uidBytes) throw new CrdtError("invalid-operation", "a uid has 16 bytes");
  writer.raw(operation.uid);
}

function readUid(reader: ByteReader): Uid {
  return reader.raw(uidBytes).slice();
}

function readHint(reader: ByteReader): number | null {
  const form = reader.u8();
  if (form === 0) return null;
  if (form !== 1) throw new CrdtError("invalid-operation", `unknown form ${form} of a hint`);
  const hint = reader.int();
  if (typeof hint === "bigint") throw notSafe();
  return hint;
}

function writeIndex(writer: ByteWriter, index: number, limit: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= limit) {
    throw new CrdtError("invalid-operation", `an index must be an integer from 0 to ${limit - 1}`);
  }
  writer.varint(index);
}

function readIndex(reader: ByteReader, limit: number): number {
  const index = reader.varint();
  if (index >= limit)
    throw new CrdtError("invalid-operation", `index ${index} where ${limit - 1} is the last`);
  return index;
}

function writeName(writer: ByteWriter, name: string): void {
  if (name.length === 0 || utf8Length(name) > maxNameBytes) {
    throw new CrdtError("invalid-operation", `an object's name has 1 to ${maxNameBytes} bytes`);
  }
  writer.str(name);
}

function readName(reader: ByteReader): string {
  const name = reader.str(maxNameBytes);
  if (name === "") throw new CrdtError("invalid-operation", "an object needs a name");
  return name;
}

function writeElement(writer: ByteWriter, element: Value): void {
  const start = writer.length;
  writeValue(writer, element);
  if (writer.length - start > maxElementBytes) throw elementTooLarge();
}

function readElement(reader: ByteReader): Value {
  const start = reader.position;
  const element = readValue(reader);
  if (reader.position - start > maxElementBytes) throw elementTooLarge();
  return element;
}

function checkNamesSome(dots: readonly Dot[]): void {
  if (dots.length === 0)
    throw new CrdtError("invalid-operation", "an operation that names no dots has no effect");
}

function checkDots(adds: readonly Dot[], seen: readonly Dot[]): void {
  if (adds.length + seen.length > maxOperationDots) throw tooManyDots();
}

function notSafe(): CrdtError {
  return new CrdtError("invalid-operation", "not a safe integer");
}

function operationTooLarge(): CrdtError {
  return new CrdtError("too-large", `an operation may have ${maxOperationBytes} bytes`);
}
