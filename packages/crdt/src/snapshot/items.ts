import type { ByteReader } from "../codec/byte-reader.ts";
import type { ByteWriter } from "../codec/byte-writer.ts";
import { readValue, writeValue } from "../codec/value-codec.ts";
import { compareDots, type Dot } from "../dot.ts";
import { CrdtError } from "../error.ts";
import { maxOperationBytes } from "../limits.ts";
import type { RegisterEntry } from "../parts/register-writes.ts";
import type { Value } from "../value.ts";
import { type AddName, type NameIndex, type NameList, outOfOrder } from "./names.ts";

/** How what lives in a cell is written: each item has a dot, by which they are in order. */
export interface ItemPart<Item> {
  dotOf(item: Item): Dot;
  /** Names beside those of the context. */
  names?(item: Item, add: AddName): void;
  write(writer: ByteWriter, item: Item, names: NameIndex): void;
  read(reader: ByteReader, names: NameList): Item;
}

export const dotItem: ItemPart<Dot> = {
  dotOf: (dot) => dot,
  write: (writer, dot, names) => names.write(writer, dot),
  read: (reader, names) => names.read(reader),
};

/** Dot, stamp, value. `check` refuses values that the type cannot hold. */
export function entryItem<V extends Value>(check?: (value: Value) => boolean): ItemPart<RegisterEntry<V>> {
  return {
    dotOf: ({ dot }) => dot,
    write(writer, { dot, stamp, value }, names) {
      names.write(writer, dot);
      if (stamp === 0) throw new CrdtError("invalid-value", "a stamp is above 0");
      writer.varint(stamp === "base" ? 0 : stamp);
      if (check?.(value) === false) throw foreignValue();
      writeWhole(writer, value);
    },
    read(reader, names) {
      const dot = names.read(reader);
      const stamp = reader.varint();
      const value = readWhole(reader);
      if (check?.(value) === false) throw foreignValue();
      return { dot, stamp: stamp === 0 ? "base" : stamp, value: value as V };
    },
  };
}

export function writeItems<Item>(
  writer: ByteWriter,
  items: readonly Item[],
  part: ItemPart<Item>,
  names: NameIndex,
): void {
  writer.varint(items.length);
  for (let i = 0; i < items.length; i++) {
    if (i > 0 && compareDots(part.dotOf(items[i - 1]!), part.dotOf(items[i]!)) >= 0) throw outOfOrder("dots");
    part.write(writer, items[i]!, names);
  }
}

export function readItems<Item>(reader: ByteReader, part: ItemPart<Item>, names: NameList): readonly Item[] {
  const count = reader.count(Number.MAX_SAFE_INTEGER, 2);
  // Most cells have one item, and an array that is made by growing has room for sixteen.
  if (count === 1) return [part.read(reader, names)];
  const items: Item[] = [];
  for (let i = 0; i < count; i++) {
    const item = part.read(reader, names);
    if (i > 0 && compareDots(part.dotOf(items[i - 1]!), part.dotOf(item)) >= 0) throw outOfOrder("dots");
    items.push(item);
  }
  return items;
}

function writeWhole(writer: ByteWriter, value: Value): void {
  const start = writer.length;
  writeValue(writer, value);
  if (writer.length - start > maxOperationBytes) throw tooLarge();
}

function readWhole(reader: ByteReader): Value {
  const start = reader.position;
  const value = readValue(reader);
  if (reader.position - start > maxOperationBytes) throw tooLarge();
  return value;
}

function tooLarge(): CrdtError {
  return new CrdtError("too-large", `a value may have ${maxOperationBytes} bytes`);
}

function foreignValue(): CrdtError {
  return new CrdtError("invalid-value", "a value that this type does not hold");
}
