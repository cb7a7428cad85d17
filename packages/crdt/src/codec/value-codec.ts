import { CrdtError } from "../error.ts";
import { maxElementBytes, maxOperationBytes, maxValueContainers, maxValueDepth } from "../limits.ts";
import { RawText, Real, type Value } from "../value.ts";
import { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { withWriter } from "./scratch.ts";
import { compareText, isWellFormedUtf8 } from "./text.ts";

/** The first byte of a value. Normative: docs/wire/operations.md. */
export const valueTag = {
  null: 0,
  false: 1,
  true: 2,
  int: 3,
  real: 4,
  text: 5,
  rawText: 6,
  bytes: 7,
  array: 8,
  object: 9,
  textInPieces: 10,
  bytesInPieces: 11,
} as const;

/** Canonical bytes of a value: equal values have equal bytes. O(size). */
export function encodeValue(value: Value): Uint8Array {
  return withWriter((writer) => {
    writeValue(writer, value);
    return checkSize(writer.slice());
  });
}

/** Strict: bytes that `encodeValue` would not have made are refused. */
export function decodeValue(bytes: Uint8Array): Value {
  checkSize(bytes);
  const reader = new ByteReader(bytes);
  const value = readValue(reader);
  reader.end();
  return value;
}

/** Canonical bytes of a set element, which is the key of its cell. */
export function encodeElement(element: Value): Uint8Array {
  const bytes = encodeValue(element);
  if (bytes.length > maxElementBytes) throw elementTooLarge();
  return bytes;
}

export function elementTooLarge(): CrdtError {
  return new CrdtError("too-large", `a set element may have ${maxElementBytes} canonical bytes`);
}

function checkSize(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
function checkSize(bytes: Uint8Array): Uint8Array;
function checkSize(bytes: Uint8Array): Uint8Array {
  if (bytes.length > maxOperationBytes)
    throw new CrdtError("too-large", `a value may have ${maxOperationBytes} bytes`);
  return bytes;
}

/** Whether two values are the same: 1 and 1n are, 1 and `new Real(1)` are not. */
export function sameValue(a: Value, b: Value): boolean {
  if (typeof a === "string" || typeof b === "string") return a === b;
  if (a instanceof Uint8Array || b instanceof Uint8Array)
    return a instanceof Uint8Array && b instanceof Uint8Array && sameBytes(a, b);
  if (a instanceof RawText || b instanceof RawText)
    return a instanceof RawText && b instanceof RawText && sameBytes(a.bytes, b.bytes);
  return (a === b && (a === null || typeof a === "boolean")) || sameBytes(encodeValue(a), encodeValue(b));
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export function writeValue(writer: ByteWriter, value: Value): void {
  writeNested(writer, value, undefined);
}

/** Where a value within arrays and objects stands: how deep, and how many of them there are so far. */
interface Nesting {
  depth: number;
  containers: number;
}

function enter(outer: Nesting | undefined): Nesting {
  const nesting = outer ?? { depth: 0, containers: 0 };
  nesting.depth++;
  nesting.containers++;
  if (nesting.depth > maxValueDepth) {
    throw new CrdtError("too-large", `a value nested deeper than ${maxValueDepth}`);
  }
  if (nesting.containers > maxValueContainers) {
    throw new CrdtError("too-large", `a value of more than ${maxValueContainers} arrays and objects`);
  }
  return nesting;
}

function writeNested(writer: ByteWriter, value: Value, outer: Nesting | undefined): void {
  switch (typeof value) {
    case "string":
      writer.u8(valueTag.text);
      writer.str(value);
      return;
    case "number":
      if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
        writer.u8(valueTag.int);
        writer.int(value);
      } else {
        writer.u8(valueTag.real);
        writer.f64(value);
      }
      return;
    case "bigint":
      writer.u8(valueTag.int);
      writer.int(value);
      return;
    case "boolean":
      writer.u8(value ? valueTag.true : valueTag.false);
      return;
    case "object":
      if (value === null) writer.u8(valueTag.null);
      else writeObject(writer, value, outer);
      return;
    default:
      throw new CrdtError("invalid-value", `a value cannot be of type ${typeof value}`);
  }
}

function writeObject(writer: ByteWriter, value: Value & object, outer: Nesting | undefined): void {
  if (value instanceof Uint8Array) {
    writer.u8(valueTag.bytes);
    writer.bytes(value);
  } else if (value instanceof Real) {
    writer.u8(valueTag.real);
    writer.f64(value.value);
  } else if (value instanceof RawText) {
    if (isWellFormedUtf8(value.bytes)) {
      throw new CrdtError("invalid-value", "raw text is well-formed: give it as a string");
    }
    writer.u8(valueTag.rawText);
    writer.bytes(value.bytes);
  } else {
    const nesting = enter(outer);
    if (Array.isArray(value)) writeArray(writer, value, nesting);
    else writeMembers(writer, value, nesting);
    nesting.depth--;
  }
}

function writeArray(writer: ByteWriter, items: readonly Value[], nesting: Nesting): void {
  writer.u8(valueTag.array);
  writer.varint(items.length);
  for (const item of items) writeNested(writer, item, nesting);
}

function writeMembers(writer: ByteWriter, value: object, nesting: Nesting): void {
  if (!isPlain(value)) throw new CrdtError("invalid-value", "an object must be plain");
  const plain = value as { readonly [key: string]: Value };
  const keys = Object.keys(plain).sort(compareText);
  writer.u8(valueTag.object);
  writer.varint(keys.length);
  for (const key of keys) {
    writer.str(key);
    writeNested(writer, plain[key]!, nesting);
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object of another realm has another Object.prototype, whose own prototype is null as well.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

export function readValue(reader: ByteReader): Value {
  return readNested(reader, undefined);
}

/** A value that a column can hold: no boolean, array or object. */
export function readScalar(reader: ByteReader): Value {
  const tag = reader.u8();
  if (!isScalarTag(tag)) throw notScalar();
  return readTagged(reader, tag, undefined);
}

/** Passes over what `readScalar` would read, and refuses the same. */
export function skipScalar(reader: ByteReader): void {
  const tag = reader.u8();
  if (tag === valueTag.text) reader.skipStr();
  else if (!isScalarTag(tag)) throw notScalar();
  else if (tag === valueTag.bytes) reader.bytes();
  else readTagged(reader, tag, undefined);
}

export function writeScalar(writer: ByteWriter, value: Value): void {
  if (typeof value === "string") {
    writer.u8(valueTag.text);
    writer.str(value);
    return;
  }
  if (!isScalar(value)) throw notScalar();
  writeNested(writer, value, undefined);
}

function isScalarTag(tag: number): boolean {
  return tag === valueTag.null || (tag >= valueTag.int && tag <= valueTag.bytes);
}

/** Whether a column can hold the value. */
export function isScalar(value: Value): boolean {
  if (typeof value === "boolean") return false;
  if (typeof value !== "object" || value === null) return true;
  return value instanceof Uint8Array || value instanceof Real || value instanceof RawText;
}

function notScalar(): CrdtError {
  return new CrdtError("invalid-operation", "a column holds null, a number, text or bytes only");
}

function readNested(reader: ByteReader, outer: Nesting | undefined): Value {
  return readTagged(reader, reader.u8(), outer);
}

function readTagged(reader: ByteReader, tag: number, outer: Nesting | undefined): Value {
  switch (tag) {
    case valueTag.text:
      return reader.str();
    case valueTag.null:
      return null;
    case valueTag.int:
      return reader.int();
    case valueTag.real: {
      const value = reader.f64();
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? new Real(value) : value;
    }
    case valueTag.rawText: {
      const bytes = reader.bytes().slice();
      if (isWellFormedUtf8(bytes)) throw new CrdtError("not-canonical", "raw text that is well-formed UTF-8");
      return new RawText(bytes);
    }
    case valueTag.bytes:
      return reader.bytes().slice();
    case valueTag.false:
      return false;
    case valueTag.true:
      return true;
    case valueTag.array:
    case valueTag.object: {
      const nesting = enter(outer);
      const value = tag === valueTag.array ? readArray(reader, nesting) : readMembers(reader, nesting);
      nesting.depth--;
      return value;
    }
    default:
      throw new CrdtError("invalid-value", `unknown value tag ${tag}`);
  }
}

function readArray(reader: ByteReader, nesting: Nesting): Value {
  const count = reader.count(maxOperationBytes);
  const items: Value[] = [];
  for (let i = 0; i < count; i++) items.push(readNested(reader, nesting));
  return items;
}

function readMembers(reader: ByteReader, nesting: Nesting): Value {
  const count = reader.count(maxOperationBytes, 2);
  // Without a prototype `__proto__` is a key like any other, and no key is found that was not sent.
  const object: { [key: string]: Value } = Object.create(null);
  let last: string | undefined;
  for (let i = 0; i < count; i++) {
    const key = reader.str();
    if (last !== undefined && compareText(last, key) >= 0) {
      throw new CrdtError("not-canonical", "object keys out of order");
    }
    object[key] = readNested(reader, nesting);
    last = key;
  }
  return object;
}
