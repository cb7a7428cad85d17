import fc from "fast-check";
import type { RegisterCell } from "../cells/register-cell.ts";
import { liveDots, type RowCell } from "../cells/row-cell.ts";
import { compareDots, type Dot, sameDot } from "../dot.ts";
import type { Operation, Stamp } from "../operation.ts";
import { groups, type State, uid, type Written } from "./cell-meaning.ts";
import { Replica } from "./cell-replica.ts";

export type Action =
  | { readonly do: "write"; readonly at: number; readonly what: number; readonly stamp: Stamp }
  | { readonly do: "forge"; readonly at: number; readonly what: number; readonly dots: readonly Dot[] }
  | { readonly do: "deliver"; readonly to: number; readonly which: number };

const logs = ["a", "b", "c", "d", "e"];
const kinds = 11;

const write = fc.record({
  do: fc.constant("write" as const),
  at: fc.nat(4),
  what: fc.nat(kinds - 1),
  stamp: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant("base" as const)),
});
const deliver = fc.record({ do: fc.constant("deliver" as const), to: fc.nat(4), which: fc.nat() });
const forge = fc.record({
  do: fc.constant("forge" as const),
  at: fc.nat(4),
  what: fc.nat(kinds - 1),
  dots: fc.uniqueArray(
    fc.record({ log: fc.constantFrom(...logs.slice(0, 3)), seq: fc.integer({ min: 1, max: 4 }) }),
    {
      maxLength: 3,
      comparator: sameDot,
    },
  ),
});

interface Run {
  readonly replicas: readonly Replica[];
  readonly all: readonly Written[];
}

export function play(count: number, actions: readonly Action[]): Run {
  const replicas = Array.from({ length: count }, () => new Replica());
  const lengths = replicas.map(() => 0);
  const all: Written[] = [];
  const mint = (at: number, operation: Operation | undefined) => {
    if (operation === undefined) return;
    const written = { dot: { log: logs[at]!, seq: ++lengths[at]! }, operation };
    all.push(written);
    replicas[at]!.receive(written);
  };
  for (const action of actions) {
    if (action.do === "deliver") {
      if (all.length > 0) replicas[action.to % count]!.receive(all[action.which % all.length]!);
    } else if (action.do === "write") {
      const at = action.at % count;
      mint(at, honest(action.what, action.stamp, replicas[at]!.state));
    } else {
      const dots = [...action.dots].sort(compareDots);
      mint(action.at % count, forged(action.what, dots));
    }
  }
  return { replicas, all };
}

/** What an author writes who names exactly what he sees. */
function honest(what: number, stamp: Stamp, { register, keyed, set, row }: State): Operation | undefined {
  switch (what) {
    case 0:
      return { kind: "counter.add", stamp, object: "n", by: what + 3 };
    case 1:
      return {
        kind: "register.set",
        stamp,
        object: "r",
        value: null,
        seen: dotsOf(register),
      };
    case 9:
      return { kind: "keyed.set", stamp, object: "k", key: 1, value: 1, seen: dotsOf(keyed) };
    case 10:
      return keyed && { kind: "keyed.remove", stamp, object: "k", key: 1, seen: dotsOf(keyed) };
    case 2:
      return { kind: "set.add", stamp, object: "s", element: 1, seen: set ?? [] };
    case 3:
      return set && { kind: "set.remove", stamp, object: "s", element: 1, seen: set };
    case 4:
      return { kind: "row.add", stamp, table: 0, uid, hint: null, values: [] };
    case 5:
      return row && { kind: "row.remove", stamp, table: 0, uid, adds: liveDots(row) };
    default:
      return row && rowSet(what % groups, stamp, row);
  }
}

function dotsOf(cell: RegisterCell | undefined): readonly Dot[] {
  return (cell ?? []).map((entry) => entry.dot);
}

function rowSet(group: number, stamp: Stamp, row: RowCell): Operation {
  const seen = row.groups[group]!.map((entry) => entry.dot);
  return { kind: "row.set", stamp, table: 0, uid, group, adds: row.adds, seen, values: [] };
}

function forged(what: number, dots: readonly Dot[]): Operation {
  const stamp = 5;
  switch (what) {
    case 0:
      return { kind: "counter.add", stamp, object: "n", by: -1 };
    case 1:
      return { kind: "register.set", stamp, object: "r", value: null, seen: dots };
    case 9:
      return { kind: "keyed.set", stamp, object: "k", key: 1, value: 1, seen: dots };
    case 10:
      return { kind: "keyed.remove", stamp, object: "k", key: 1, seen: dots };
    case 2:
      return { kind: "set.add", stamp, object: "s", element: 1, seen: dots };
    case 3:
      return { kind: "set.remove", stamp, object: "s", element: 1, seen: dots };
    case 4:
      return { kind: "row.add", stamp, table: 0, uid, hint: null, values: [] };
    case 5:
      return { kind: "row.remove", stamp, table: 0, uid, adds: dots };
    default: {
      const split = Math.ceil(dots.length / 2);
      const named = { adds: dots.slice(0, split), seen: what === 8 ? dots : dots.slice(split) };
      return { kind: "row.set", stamp, table: 0, uid, group: what % groups, ...named, values: [] };
    }
  }
}

export const honestHistory = fc.array(
  fc.oneof({ weight: 2, arbitrary: write }, { weight: 3, arbitrary: deliver }),
  {
    maxLength: 60,
    size: "max",
  },
);
export const hostileHistory = fc.array(fc.oneof(write, forge, { weight: 3, arbitrary: deliver }), {
  maxLength: 50,
  size: "max",
});
export const replicaCount = fc.integer({ min: 3, max: 5 });

export function rotated<Item>(items: readonly Item[], by: number): readonly Item[] {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
