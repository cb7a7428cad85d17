import { maxColumns } from "../limits.ts";
import type { Value } from "../value.ts";
import type { ByteReader } from "./byte-reader.ts";
import { decodeUtf8 } from "./text.ts";
import { readScalar, valueTag } from "./value-codec.ts";

/** Rows with more columns have no slots: one bit of a small integer stands for each. */
export const maxSlots = 30;

/**
 * The values of a row as they came, texts as their bytes: a store that keeps UTF-8 itself hands them on without making
 * strings of them, which costs several times as much.
 */
export class RowSlots {
  /** A value, or the bytes of a text as a view. */
  readonly slots: readonly Value[];
  /** Bit i is set where slot i holds a text. */
  readonly texts: number;

  constructor(slots: readonly Value[], texts: number) {
    this.slots = slots;
    this.texts = texts;
  }

  at(index: number): Value {
    const slot = this.slots[index] ?? null;
    return (this.texts >>> index) & 1 ? decodeUtf8(slot as Uint8Array) : slot;
  }

  /** All values, decoded. */
  values(): readonly Value[] {
    return this.slots.map((_, i) => this.at(i));
  }
}

/** Reads what `readRowValues` would, of canonical bytes; undefined where there are too many columns for slots. */
export function readRowSlots(reader: ByteReader): RowSlots | undefined {
  const count = reader.count(maxColumns);
  if (count > maxSlots) return undefined;
  const slots: Value[] = [];
  let texts = 0;
  for (let i = 0; i < count; i++) {
    if (reader.peek() === valueTag.text) {
      reader.u8();
      slots.push(reader.bytes());
      texts |= 1 << i;
    } else slots.push(readScalar(reader));
  }
  return new RowSlots(slots, texts);
}
