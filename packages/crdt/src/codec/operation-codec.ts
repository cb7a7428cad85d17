import { CrdtError } from "../error.ts";
import { maxOperationBytes, maxTables } from "../limits.ts";
import type { EncodedRowAdd, Operation, Outline, RowAdd } from "../operation.ts";
import { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { readColumns, readPiece, skipColumns } from "./columns-codec.ts";
import { readOther, writeFields } from "./operation-fields.ts";
import { kindByte, operationKind } from "./operation-kind.ts";
import { readHint, readIndex, readRowKey, readRowSet, uidBytes } from "./row-codec.ts";
import { type RowSlots, readRowSlots } from "./row-slots.ts";
import { withWriter } from "./scratch.ts";
import { type OperationContext, readStamp, stampVarint } from "./stamp-codec.ts";

/** Canonical bytes of an operation. Errors: `invalid-operation`, `invalid-value`, `invalid-dot`, `too-large`. O(size). */
export function encodeOperation(operation: Operation | EncodedRowAdd, context: OperationContext): Uint8Array {
  return withWriter((writer) => {
    writeOperation(writer, operation, context);
    return writer.slice();
  });
}

/** Appends the canonical bytes of an operation. After an error the writer holds a part of them. */
export function writeOperation(
  writer: ByteWriter,
  operation: Operation | EncodedRowAdd,
  context: OperationContext,
): void {
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

function operationTooLarge(): CrdtError {
  return new CrdtError("too-large", `an operation may have ${maxOperationBytes} bytes`);
}
