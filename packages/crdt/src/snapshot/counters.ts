import type { ByteReader } from "../codec/byte-reader.ts";
import type { BoundedCounterState } from "../containers/bounded-counter.ts";
import type { SampleCell, TimeSeriesState } from "../containers/time-series.ts";
import { CrdtError } from "../error.ts";
import { type CounterState, checkParts } from "../parts/counter-parts.ts";
import { Ascending, type NameIndex, outOfOrder } from "./names.ts";
import type { Part } from "./part.ts";

/** The parts of a counter by replica: sequence, sum. `grows`: no sum is below zero. */
export function counterPart(grows: boolean): Part<CounterState> {
  return {
    names(state, add) {
      for (const [replica] of state) add(replica);
    },
    write(writer, state, names) {
      const parts = [...state];
      checkParts(parts, grows);
      writer.varint(parts.length);
      for (const [replica, { seq, sum }] of byIndex(parts, names)) {
        writer.varint(replica);
        writer.varint(seq);
        writer.int(sum);
      }
    },
    read(reader, names) {
      const count = reader.count(Number.MAX_SAFE_INTEGER, 3);
      const order = new Ascending("parts");
      const parts: [string, { seq: number; sum: number }][] = [];
      for (let i = 0; i < count; i++) {
        const replica = names.at(order.next(reader.varint()));
        parts.push([replica, { seq: reader.varint(), sum: readSafe(reader) }]);
      }
      checkParts(parts, grows);
      return parts;
    },
  };
}

const grown = counterPart(true);

export const boundedPart: Part<BoundedCounterState> = {
  names({ granted, used, given }, add) {
    grown.names(granted, add);
    grown.names(used, add);
    for (const [receiver, parts] of given) {
      if (isEmpty(parts)) continue;
      add(receiver);
      grown.names(parts, add);
    }
  },
  write(writer, { granted, used, given }, names) {
    grown.write(writer, granted, names);
    grown.write(writer, used, names);
    const gifts = [...given].filter(([, parts]) => !isEmpty(parts));
    writer.varint(gifts.length);
    for (const [receiver, parts] of byIndex(gifts, names)) {
      writer.varint(receiver);
      grown.write(writer, parts, names);
    }
  },
  read(reader, names) {
    const granted = grown.read(reader, names);
    const used = grown.read(reader, names);
    const count = reader.count(Number.MAX_SAFE_INTEGER, 5);
    const order = new Ascending("receivers");
    const given: [string, CounterState][] = [];
    for (let i = 0; i < count; i++) {
      const receiver = names.at(order.next(reader.varint()));
      const parts = grown.read(reader, names);
      if (isEmpty(parts)) throw new CrdtError("not-canonical", "a receiver of nothing");
      given.push([receiver, parts]);
    }
    return { granted, used, given };
  },
};

export const seriesPart: Part<TimeSeriesState> = {
  names(state, add) {
    for (const [, replica] of state) add(replica);
  },
  write(writer, state, names) {
    const cells = [...state].sort(([a, x], [b, y]) => a - b || names.of(x) - names.of(y));
    writer.varint(cells.length);
    let last: readonly [number, number] | undefined;
    for (const [bucket, replica, cell] of cells) {
      const at = [bucket, names.of(replica)] as const;
      checkSample(bucket, cell);
      if (last !== undefined && compare(last, at) >= 0) throw outOfOrder("cells");
      last = at;
      writer.int(bucket);
      writer.varint(at[1]);
      writer.varint(cell.seq);
      writer.f64(cell.sum);
      writer.f64(cell.min);
      writer.f64(cell.max);
    }
  },
  read(reader, names) {
    const count = reader.count(Number.MAX_SAFE_INTEGER, 27);
    const cells: [number, string, SampleCell][] = [];
    let last: readonly [number, number] | undefined;
    for (let i = 0; i < count; i++) {
      const at = [readSafe(reader), reader.varint()] as const;
      if (last !== undefined && compare(last, at) >= 0) throw outOfOrder("cells");
      last = at;
      const cell = { seq: reader.varint(), sum: reader.f64(), min: reader.f64(), max: reader.f64() };
      checkSample(at[0], cell);
      cells.push([at[0], names.at(at[1]), cell]);
    }
    return cells;
  },
};

function compare([a, x]: readonly [number, number], [b, y]: readonly [number, number]): number {
  return a - b || x - y;
}

/** The state's own order is that of arrival. Throws where a name stands there twice. */
function byIndex<T>(
  items: readonly (readonly [string, T])[],
  names: NameIndex,
): readonly (readonly [index: number, item: T])[] {
  const indexed = items.map(([name, item]) => [names.of(name), item] as const).sort(([a], [b]) => a - b);
  for (let i = 1; i < indexed.length; i++) {
    if (indexed[i]![0] === indexed[i - 1]![0]) {
      throw new CrdtError("invalid-value", "a replica stands there twice");
    }
  }
  return indexed;
}

function isEmpty(parts: CounterState): boolean {
  for (const _ of parts) return false;
  return true;
}

function readSafe(reader: ByteReader): number {
  const value = reader.int();
  if (typeof value === "bigint") throw new CrdtError("invalid-value", "an integer beyond 2^53");
  return value;
}

function checkSample(bucket: number, { seq, sum, min, max }: SampleCell): void {
  const isCount = Number.isSafeInteger(bucket) && Number.isSafeInteger(seq) && seq >= 1;
  if (!isCount || ![sum, min, max].every(Number.isFinite) || min > max) {
    throw new CrdtError("invalid-value", "not a cell of such a series");
  }
}
