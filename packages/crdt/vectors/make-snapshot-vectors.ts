import { encodeSnapshot, type SnapshotType } from "@jarvis-crdt/crdt/snapshot";
import { type Json, picker, play, types } from "./make-type-vectors.ts";

/** Types of snapshots by the classes of the golden histories. */
export const snapshotTypes: Readonly<Record<string, SnapshotType>> = {
  GCounter: "g_counter",
  PNCounter: "pn_counter",
  BoundedCounter: "bounded_counter",
  MaxRegister: "max_register",
  MinRegister: "min_register",
  LWWRegister: "lww_register",
  MVRegister: "mv_register",
  GSet: "g_set",
  TwoPhaseSet: "two_phase_set",
  ORSet: "or_set",
  RWSet: "rw_set",
  EWFlag: "ew_flag",
  LWWMap: "lww_map",
  ORMap: "or_map:pn_counter",
  GrowLog: "grow_log",
  TimeSeries: "time_series",
};

export interface SnapshotVector {
  readonly type: SnapshotType;
  readonly bytes: string;
  /** What an empty container reads that merged it. */
  readonly read: Json;
}

/** Snapshots of states and deltas of each type, and bytes that are none. */
export function makeSnapshotVectors() {
  const pick = picker(7);
  const snapshots: SnapshotVector[] = [];
  for (const [name, type] of Object.entries(types)) {
    const { containers, deltas } = play(type, pick);
    for (const state of [type.create("a").state, containers[0]!.state, containers[1]!.state, deltas.at(-1)]) {
      const reader = type.create("reader");
      reader.merge(state);
      const snapshot = snapshotTypes[name]!;
      snapshots.push({
        type: snapshot,
        bytes: hex(encodeSnapshot(snapshot, state as never)),
        read: type.read(reader),
      });
    }
  }
  return {
    description: "Snapshots: the type, the bytes, and what an empty container of it reads that merged them.",
    snapshots,
    refused,
  };
}

const refused: readonly { readonly type: SnapshotType; readonly why: string; readonly bytes: string }[] = [
  { type: "g_counter", why: "nothing", bytes: "" },
  { type: "g_counter", why: "another version", bytes: "02010000" },
  { type: "g_counter", why: "another type", bytes: "01020000" },
  { type: "g_counter", why: "a byte too many", bytes: "0101000000" },
  { type: "g_counter", why: "a name that nothing uses", bytes: "010101016100" },
  { type: "g_counter", why: "names out of order", bytes: "0101020162016102000102010102" },
  { type: "g_counter", why: "a negative part", bytes: "010101016101000101" },
  { type: "g_counter", why: "sequence 0", bytes: "010101016101000002" },
  { type: "g_counter", why: "a name that is not there", bytes: "010101016102000102010102" },
  { type: "g_set", why: "elements out of order", bytes: "0108000203040302" },
  { type: "g_set", why: "an element twice", bytes: "0108000203020302" },
  { type: "or_set", why: "a dot outside of the context", bytes: "010a010161010001000101010002030200" },
  { type: "or_set", why: "an empty cell in a state", bytes: "010a010000010000" },
  { type: "or_set", why: "neither a state nor a delta", bytes: "010a0000020000" },
  { type: "or_set", why: "a log of which nothing is known", bytes: "010a01016101000000010000" },
  { type: "or_set", why: "a single dot beside its run", bytes: "010a0101610100010100010000" },
  { type: "ew_flag", why: "an element that is no flag", bytes: "010c010161010001000101010001030200" },
  { type: "max_register", why: "a text, which has no order", bytes: "01040101610100010001000100050161" },
  {
    type: "time_series",
    why: "a smallest above the greatest",
    bytes: `011001016101000001${"3ff0000000000000".repeat(2)}0000000000000000`,
  },
];

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
