import { CrdtError } from "../error.ts";
import { maxElementBytes, maxNameBytes } from "../limits.ts";
import type { Value } from "../value.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { utf8Length } from "./text.ts";
import { elementTooLarge, readValue, writeValue } from "./value-codec.ts";

export function writeName(writer: ByteWriter, name: string): void {
  if (name.length === 0 || utf8Length(name) > maxNameBytes) {
    throw new CrdtError("invalid-operation", `an object's name has 1 to ${maxNameBytes} bytes`);
  }
  writer.str(name);
}

export function readName(reader: ByteReader): string {
  const name = reader.str(maxNameBytes);
  if (name === "") throw new CrdtError("invalid-operation", "an object needs a name");
  return name;
}

export function writeElement(writer: ByteWriter, element: Value): void {
  const start = writer.length;
  writeValue(writer, element);
  if (writer.length - start > maxElementBytes) throw elementTooLarge();
}

export function readElement(reader: ByteReader): Value {
  const start = reader.position;
  const element = readValue(reader);
  if (reader.position - start > maxElementBytes) throw elementTooLarge();
  return element;
}
