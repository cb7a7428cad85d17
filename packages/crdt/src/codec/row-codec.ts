import { CrdtError } from "../error.ts";
import { maxGroups, maxTables } from "../limits.ts";
import type { LogId } from "../log.ts";
import type { RowAdd, RowRemove, RowSet, Uid } from "../operation.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { checkDots, checkNamesSome, readDots } from "./dots-codec.ts";
import { readSafeInteger, writeSafeInteger } from "./safe-integer-codec.ts";

/** Length of a row's uid, in bytes. */
export const uidBytes = 16;

export function writeRowKey(
  writer: ByteWriter,
  operation: Pick<RowAdd | RowSet | RowRemove, "table" | "uid">,
): void {
  writeIndex(writer, operation.table, maxTables);
  if (operation.uid.length !== uidBytes) throw new CrdtError("invalid-operation", "a uid has 16 bytes");
  writer.raw(operation.uid);
}

export function readRowKey(reader: ByteReader): { table: number; uid: Uid } {
  return { table: readIndex(reader, maxTables), uid: readUid(reader) };
}

function readUid(reader: ByteReader): Uid {
  return reader.raw(uidBytes).slice();
}

/** The number that a row had at its author, which a receiver keeps where it is free. */
export function writeHint(writer: ByteWriter, hint: number | null): void {
  if (hint === null) writer.u8(0);
  else {
    writer.u8(1);
    writeSafeInteger(writer, hint);
  }
}

export function readHint(reader: ByteReader): number | null {
  const form = reader.u8();
  if (form === 0) return null;
  if (form !== 1) throw new CrdtError("invalid-operation", `unknown form ${form} of a hint`);
  return readSafeInteger(reader);
}

export function writeIndex(writer: ByteWriter, index: number, limit: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= limit) {
    throw new CrdtError("invalid-operation", `an index must be an integer from 0 to ${limit - 1}`);
  }
  writer.varint(index);
}

export function readIndex(reader: ByteReader, limit: number): number {
  const index = reader.varint();
  if (index >= limit)
    throw new CrdtError("invalid-operation", `index ${index} where ${limit - 1} is the last`);
  return index;
}

export function readRowSet(reader: ByteReader, own: LogId): Omit<RowSet, "kind" | "stamp" | "values"> {
  const { table, uid } = readRowKey(reader);
  const group = readIndex(reader, maxGroups);
  const adds = readDots(reader, own);
  const seen = readDots(reader, own);
  checkNamesSome(adds);
  checkDots(adds, seen);
  return { table, uid, group, adds, seen };
}
