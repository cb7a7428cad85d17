import type { ByteReader } from "../codec/byte-reader.ts";
import { ByteWriter } from "../codec/byte-writer.ts";
import { readElement, writeElement } from "../codec/object-codec.ts";
import type { GSetState } from "../containers/g-set.ts";
import type { TwoPhaseSetState } from "../containers/two-phase-set.ts";
import type { Value } from "../value.ts";
import { outOfOrder } from "./names.ts";
import type { Part } from "./part.ts";

/** Elements in the order of their canonical bytes, each once. */
export const elementsPart: Part<GSetState<Value>> = {
  names() {},
  write(writer, state) {
    const all = new ByteWriter(1024);
    const ends: number[] = [];
    for (const element of state) {
      writeElement(all, element);
      ends.push(all.length);
    }
    const bytes = all.subarray();
    const at = ends.map((_, i) => i);
    const order = (a: number, b: number) =>
      compareSlices(bytes, ends[a - 1] ?? 0, ends[a]!, bytes, ends[b - 1] ?? 0, ends[b]!);
    at.sort(order);
    const distinct = at.filter((one, i) => i === 0 || order(at[i - 1]!, one) !== 0);
    writer.varint(distinct.length);
    for (const one of distinct) writer.raw(bytes.subarray(ends[one - 1] ?? 0, ends[one]));
  },
  read(reader) {
    const elements: Value[] = [];
    let last: Uint8Array | undefined;
    for (let rest = reader.count(Number.MAX_SAFE_INTEGER); rest > 0; rest--) {
      const [element, bytes] = readElementBytes(reader);
      if (last !== undefined && compareBytes(last, bytes) >= 0) throw outOfOrder("elements");
      last = bytes;
      elements.push(element);
    }
    return elements;
  },
};

export const twoPhasePart: Part<TwoPhaseSetState<Value>> = {
  names() {},
  write(writer, { added, removed }, names) {
    elementsPart.write(writer, added, names);
    elementsPart.write(writer, removed, names);
  },
  read(reader, names) {
    return { added: elementsPart.read(reader, names), removed: elementsPart.read(reader, names) };
  },
};

/** The element, and its bytes as a view. */
function readElementBytes(reader: ByteReader): readonly [Value, Uint8Array] {
  const start = reader.position;
  const element = readElement(reader);
  return [element, reader.since(start)];
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return compareSlices(a, 0, a.length, b, 0, b.length);
}

function compareSlices(
  a: Uint8Array,
  fromA: number,
  toA: number,
  b: Uint8Array,
  fromB: number,
  toB: number,
): number {
  const length = Math.min(toA - fromA, toB - fromB);
  for (let i = 0; i < length; i++) {
    const order = a[fromA + i]! - b[fromB + i]!;
    if (order !== 0) return order;
  }
  return toA - fromA - (toB - fromB);
}
