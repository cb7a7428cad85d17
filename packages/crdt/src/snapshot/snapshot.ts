import { ByteReader } from "../codec/byte-reader.ts";
import { ByteWriter } from "../codec/byte-writer.ts";
import type { BoundedCounterState } from "../containers/bounded-counter.ts";
import type { GSetState } from "../containers/g-set.ts";
import type { GrowLogState } from "../containers/grow-log.ts";
import type { Convergent, Nested, ORMapState, Stateful } from "../containers/or-map.ts";
import type { ORSetState } from "../containers/or-set.ts";
import type { TimeSeriesState } from "../containers/time-series.ts";
import type { TwoPhaseSetState } from "../containers/two-phase-set.ts";
import { CrdtError } from "../error.ts";
import type { CounterState } from "../parts/counter-parts.ts";
import { isOrdered, type Ordered } from "../parts/extreme-register.ts";
import type { KeyedRegistersState } from "../parts/keyed-registers.ts";
import type { RegisterState } from "../parts/register-writes.ts";
import type { Value } from "../value.ts";
import { cellMapPart } from "./cell-map.ts";
import { boundedPart, counterPart, seriesPart } from "./counters.ts";
import { elementsPart, twoPhasePart } from "./elements.ts";
import { dotItem, entryItem, type ItemPart } from "./items.ts";
import { NameIndex, NameList } from "./names.ts";
import type { Part } from "./part.ts";
import { logPart, registerPart } from "./registers.ts";

/** The states, and deltas, of each type. */
export interface SnapshotStates {
  g_counter: CounterState;
  pn_counter: CounterState;
  bounded_counter: BoundedCounterState;
  max_register: RegisterState<Ordered>;
  min_register: RegisterState<Ordered>;
  lww_register: RegisterState<Value>;
  mv_register: RegisterState<Value>;
  g_set: GSetState<Value>;
  two_phase_set: TwoPhaseSetState<Value>;
  or_set: ORSetState<Value>;
  rw_set: KeyedRegistersState<Value, boolean>;
  ew_flag: ORSetState<true>;
  lww_map: KeyedRegistersState<Value, Value>;
  grow_log: GrowLogState<Value>;
  time_series: TimeSeriesState;
  [map: `or_map:${string}`]: ORMapState<Value, Convergent<never>>;
}

/** A type, and for a map what it nests: `or_set`, `or_map:g_counter`. */
export type SnapshotType = keyof SnapshotStates;

const version = 1;
const mapCode = 14;
/** Maps within maps. */
const maxNesting = 8;

type PlainType = Exclude<SnapshotType, `or_map:${string}`>;

const parts: {
  readonly [T in PlainType]: { readonly code: number; readonly part: Part<SnapshotStates[T]> };
} = {
  g_counter: { code: 1, part: counterPart(true) },
  pn_counter: { code: 2, part: counterPart(false) },
  bounded_counter: { code: 3, part: boundedPart },
  max_register: { code: 4, part: registerPart<Ordered>(isOrdered) },
  min_register: { code: 5, part: registerPart<Ordered>(isOrdered) },
  lww_register: { code: 6, part: registerPart() },
  mv_register: { code: 7, part: registerPart() },
  g_set: { code: 8, part: elementsPart },
  two_phase_set: { code: 9, part: twoPhasePart },
  or_set: { code: 10, part: cellMapPart(dotItem) },
  rw_set: { code: 11, part: cellMapPart(entryItem<boolean>((value) => typeof value === "boolean")) },
  ew_flag: { code: 12, part: cellMapPart(dotItem, (key) => key === true) as Part<ORSetState<true>> },
  lww_map: { code: 13, part: cellMapPart(entryItem<Value>()) },
  grow_log: { code: 15, part: logPart },
  time_series: { code: 16, part: seriesPart },
};

/**
 * Canonical bytes of a state or a delta: equal ones have equal bytes, in whatever order they came about. Normative:
 * docs/wire/snapshots.md. Throws `CrdtError` for what no replica can have made. O(size), and the sorting of what a map or set
 * does not keep in the order of its writes.
 */
export function encodeSnapshot<T extends SnapshotType>(type: T, state: SnapshotStates[T]): Uint8Array {
  const { codes, part } = find(type);
  const writer = new ByteWriter(1024);
  writer.u8(version);
  for (const code of codes) writer.u8(code);
  const names = new Set<string>();
  part.names(state, (name) => names.add(name));
  part.write(writer, state, new NameIndex(names, writer));
  return writer.slice();
}

/**
 * Reads what a peer may have made up: what is accepted encodes to the same bytes again, can be merged, and costs memory in
 * proportion to the bytes (at most some hundred bytes for each), whose number the caller bounds. Throws `CrdtError`.
 */
export function decodeSnapshot<T extends SnapshotType>(type: T, bytes: Uint8Array): SnapshotStates[T] {
  const { codes, part } = find(type);
  const reader = new ByteReader(bytes);
  if (reader.u8() !== version) throw new CrdtError("invalid-value", "a snapshot of another version");
  for (const code of codes) {
    if (reader.u8() !== code) throw new CrdtError("invalid-value", "a snapshot of another type");
  }
  const names = new NameList(reader);
  const state = part.read(reader, names);
  reader.end();
  names.end();
  return state;
}

interface Found<State> {
  /** What stands at the beginning: a code for each map, and that of what is nested in the last. */
  readonly codes: readonly number[];
  readonly part: Part<State>;
}

function find<T extends SnapshotType>(type: T): Found<SnapshotStates[T]> {
  const path = type.split(":");
  const last = path.pop()!;
  if (!Object.hasOwn(parts, last) || path.length > maxNesting || path.some((one) => one !== "or_map")) {
    throw new CrdtError("invalid-value", "there is no such type of snapshots");
  }
  const { code, part: plain } = parts[last as PlainType];
  let part = plain as Part<unknown>;
  for (const _ of path) part = cellMapPart(nestedItem(part)) as Part<unknown>;
  return { codes: [...path.map(() => mapCode), code], part: part as Part<SnapshotStates[T]> };
}

function nestedItem(part: Part<unknown>): ItemPart<Nested<Stateful<Convergent<unknown>>>> {
  return {
    dotOf: ({ dot }) => dot,
    names: ({ inner }, add) => part.names(inner.state, add),
    write(writer, { dot, inner }, names) {
      names.write(writer, dot);
      part.write(writer, inner.state, names);
    },
    read(reader, names) {
      const dot = names.read(reader);
      return { dot, inner: { state: part.read(reader, names) } };
    },
  };
}
