import {
  ByteReader,
  ByteWriter,
  CrdtError,
  compareDots,
  type Dot,
  hlcTime,
  type LogId,
  logIdBytes,
  type NodeId,
  nodeOf,
} from "@jarvis-crdt/crdt";
import { partMark } from "../engine/object.ts";
import type { Intent, ObjectCell, ObjectName, WrittenValue } from "../store.ts";
import type { Stretch } from "./collect.ts";

/** What a member of the cluster said to have interpreted without a gap, and from where on it did so itself. */
export interface Acknowledgement {
  readonly node: NodeId;
  readonly dot: Dot;
  /** When it said so, Unix milliseconds. */
  readonly at: number;
  readonly interpreted: ReadonlyMap<LogId, Stretch>;
}

/** Registers by node id; no name that people give begins like this. */
export const acknowledgements: ObjectName = { type: "keyed", name: `${partMark}acknowledged` };

/** Logs of one acknowledgement: more than any cluster has. */
const maxLogs = 65_536;

/** Whether an object is ours alone, and nothing that people made. */
export function isReserved(name: string): boolean {
  return name.startsWith(partMark);
}

/** The write by which a node tells how far it has interpreted each log. */
export function acknowledge(node: NodeId, interpreted: ReadonlyMap<LogId, Stretch>): Intent {
  return {
    kind: "keyed.set",
    object: acknowledgements.name,
    key: node,
    value: encodeInterpreted(interpreted),
  };
}

/** What the members have said last. A register that its node did not write itself says nothing. */
export function acknowledgementsOf(cells: readonly ObjectCell[]): readonly Acknowledgement[] {
  return cells.flatMap((cell) => {
    if (cell.type !== "keyed" || typeof cell.key !== "string") return [];
    const own = cell.entries.filter(({ dot }) => nodeOf(dot.log) === cell.key);
    const last = own.toSorted(byTime).at(-1);
    const interpreted = last && decodeInterpreted(last.value);
    if (last === undefined || interpreted === undefined || last.stamp === "base") return [];
    return [{ node: cell.key, dot: last.dot, at: hlcTime(last.stamp), interpreted }];
  });
}

/** Logs in order, each as 24 bytes and two sequences: up to where, and how much of that beginning was taken hollow. */
export function encodeInterpreted(interpreted: ReadonlyMap<LogId, Stretch>): Uint8Array {
  const writer = new ByteWriter();
  writer.varint(interpreted.size);
  for (const log of [...interpreted.keys()].sort()) {
    writer.logId(log);
    const { after, through } = interpreted.get(log)!;
    writer.varint(through);
    writer.varint(after);
  }
  return writer.slice();
}

/** Undefined for what no node of this version writes: its author is waited for as one who has said nothing. */
export function decodeInterpreted(value: unknown): ReadonlyMap<LogId, Stretch> | undefined {
  if (!(value instanceof Uint8Array)) return undefined;
  const interpreted = new Map<LogId, Stretch>();
  try {
    const reader = new ByteReader(value);
    for (let rest = reader.count(maxLogs, logIdBytes + 2); rest > 0; rest--) {
      const log = reader.logId();
      const through = reader.varint();
      interpreted.set(log, { after: reader.varint(), through });
    }
    reader.end();
  } catch (error) {
    if (error instanceof CrdtError) return undefined;
    throw error;
  }
  return interpreted;
}

function byTime(a: WrittenValue, b: WrittenValue): number {
  const [early, late] = [a, b].map(({ stamp }) => (stamp === "base" ? 0 : stamp)) as [number, number];
  return early - late || compareDots(a.dot, b.dot);
}
