import { EncodedValues } from "../encoded-values.ts";
import { CrdtError } from "../error.ts";
import { maxGroups } from "../limits.ts";
import type { LogId } from "../log.ts";
import type { EncodedRowAdd, Operation, Piece, RowAdd, RowSet, Stamp } from "../operation.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { checkPiece, writeColumns } from "./columns-codec.ts";
import { checkDots, checkNamesSome, readDots, writeDots } from "./dots-codec.ts";
import { checkOrigin, originBytes, readAbandon, writeAbandon } from "./healing-codec.ts";
import { readElement, readName, writeElement, writeName } from "./object-codec.ts";
import { operationKind } from "./operation-kind.ts";
import { readRowKey, writeHint, writeIndex, writeRowKey } from "./row-codec.ts";
import { readSafeInteger, writeSafeInteger } from "./safe-integer-codec.ts";
import { readValue, writeValue } from "./value-codec.ts";

/** What follows kind and stamp. Checks what `readOperation` would refuse. */
export function writeFields(writer: ByteWriter, operation: Operation | EncodedRowAdd, own: LogId): void {
  switch (operation.kind) {
    case "counter.add":
      writeName(writer, operation.object);
      writeSafeInteger(writer, operation.by);
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
      writeHint(writer, operation.hint);
      if (operation.values instanceof EncodedValues) writer.raw(operation.values.bytes);
      else writeColumns(writer, operation.values);
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
      writeSafeInteger(writer, operation.by);
      return;
    case "piece":
      checkPiece(operation.bytes.length);
      writer.bytes(operation.bytes);
      return;
  }
}

/** An operation other than those that carry a row's values, or a part of one. */
export function readOther(
  kind: number,
  reader: ByteReader,
  stamp: Stamp,
  own: LogId,
): Exclude<Operation, RowAdd | RowSet | Piece> {
  switch (kind) {
    case operationKind["row.remove"]: {
      const { table, uid } = readRowKey(reader);
      const adds = readDots(reader, own);
      checkNamesSome(adds);
      return { kind: "row.remove", stamp, table, uid, adds };
    }
    case operationKind["counter.add"]: {
      const object = readName(reader);
      const by = readSafeInteger(reader);
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
      const by = readSafeInteger(reader);
      return { kind: "counter.again", stamp, object, by, origin };
    }
    default:
      throw new CrdtError("invalid-operation", `unknown kind ${kind} of operation`);
  }
}
