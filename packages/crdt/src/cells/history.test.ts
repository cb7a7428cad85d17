import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CausalContext } from "../causal-context.ts";
import { compareDots, type Dot, sameDot } from "../dot.ts";
import type { Operation, Stamp } from "../operation.ts";
import { addToCounter, type CounterCell, counterValue } from "./counter-cell.ts";
import { type Entry, type HasSeen, winner } from "./entry.ts";
import { joinRegisters, type RegisterCell, removeFromRegister, writeRegister } from "./register-cell.ts";
import {
  addRow,
  joinRows,
  type LostEntry,
  liveDots,
  missingAdd,
  type RowCell,
  type RowEntry,
  removeRow,
  setRow,
} from "./row-cell.ts";
import { addToSet, joinSets, removeFromSet, type SetCell } from "./set-cell.ts";
import "../testing/seed.ts";

// The meaning of the cells as a small function over the set of operations, against histories of several replicas whose
// operations arrive in any order, causal or not.

interface Written {
  readonly dot: Dot;
  readonly operation: Operation;
}

interface State {
  counter: ReadonlyMap<string, CounterCell>;
  register: RegisterCell | undefined;
  keyed: RegisterCell | undefined;
  set: SetCell | undefined;
  row: RowCell | undefined;
}

const groups = 2;
const uid = new Uint8Array(16);

// ---- the specification

function meaning(operations: readonly Written[]): State {
  const named = (dot: Dot, by: (operation: Operation) => readonly Dot[]) =>
    operations.some((one) => !sameDot(one.dot, dot) && by(one.operation).some((seen) => sameDot(seen, dot)));
  const ofKind = <K extends Operation["kind"]>(kind: K) =>
    operations
      .filter(
        (one): one is Written & { operation: Extract<Operation, { kind: K }> } => one.operation.kind === kind,
      )
      .sort((a, b) => compareDots(a.dot, b.dot));

  const counter = new Map<string, CounterCell>();
  for (const { dot, operation } of ofKind("counter.add")) {
    counter.set(dot.log, { seq: dot.seq, sum: (counter.get(dot.log)?.sum ?? 0) + operation.by });
  }

  const register = ofKind("register.set")
    .filter(({ dot }) => !named(dot, (by) => (by.kind === "register.set" ? by.seen : [])))
    .map(({ dot, operation }): Entry => ({ dot, stamp: operation.stamp }));

  const keyed = ofKind("keyed.set")
    .filter(
      ({ dot }) =>
        !named(dot, (by) => (by.kind === "keyed.set" || by.kind === "keyed.remove" ? by.seen : [])),
    )
    .map(({ dot, operation }): Entry => ({ dot, stamp: operation.stamp }));

  const set = ofKind("set.add")
    .map(({ dot }) => dot)
    .filter((dot) => !named(dot, (by) => (by.kind === "set.add" || by.kind === "set.remove" ? by.seen : [])));

  const adds = ofKind("row.add")
    .map(({ dot }) => dot)
    .filter((dot) => !named(dot, (by) => (by.kind === "row.remove" ? by.adds : [])));
  const writes = [
    ...ofKind("row.add").flatMap(({ dot, operation }) =>
      Array.from({ length: groups }, (_, group) => ({ dot, stamp: operation.stamp, adds: [dot], group })),
    ),
    ...ofKind("row.set").map(({ dot, operation }) => ({ dot, ...operation })),
  ].sort((a, b) => compareDots(a.dot, b.dot));
  const entries = (group: number): RowEntry[] =>
    writes
      .filter((write) => write.group === group)
      .filter((write) => write.adds.some((add) => adds.some((live) => sameDot(live, add))))
      .filter(({ dot }) => !named(dot, (by) => (by.kind === "row.set" && by.group === group ? by.seen : [])))
      .map(({ dot, stamp, adds }) => ({ dot, stamp, adds }));

  return {
    counter,
    register: register.length === 0 ? undefined : (register as unknown as RegisterCell),
    keyed: keyed.length === 0 ? undefined : (keyed as unknown as RegisterCell),
    set: set.length === 0 ? undefined : (set as unknown as SetCell),
    row:
      adds.length === 0
        ? undefined
        : { adds: adds as unknown as RowCell["adds"], groups: [entries(0), entries(1)] },
  };
}

// ---- an implementation as a store would have it

class Replica {
  readonly covered = new CausalContext();
  readonly interpreted: Written[] = [];
  readonly lost: LostEntry[] = [];
  state: State = {
    counter: new Map(),
    register: undefined,
    keyed: undefined,
    set: undefined,
    row: undefined,
  };
  readonly #received = new CausalContext();
  readonly #waiting: Written[] = [];
  readonly #kills = new Set<string>();

  receive(written: Written): void {
    if (!this.#received.add(written.dot)) return;
    this.#waiting.push(written);
    for (let at = 0; at < this.#waiting.length; ) {
      const one = this.#waiting[at]!;
      if (this.#waits(one)) at++;
      else {
        this.#waiting.splice(at, 1);
        this.#interpret(one);
        at = 0;
      }
    }
  }

  seen(cell: string): HasSeen {
    return (dot, group) => this.covered.has(dot) || this.#isKilled(cell, dot, group);
  }

  #waits({ operation }: Written): boolean {
    return (
      operation.kind === "row.set" && missingAdd(operation.adds, (dot) => this.covered.has(dot)) !== undefined
    );
  }

  #isKilled(cell: string, dot: Dot, group: number | null): boolean {
    return this.#kills.has(`${cell}/${group}/${dot.log}/${dot.seq}`);
  }

  #kill(cell: string, dots: readonly Dot[], group: number | null): void {
    for (const dot of dots) {
      if (!this.covered.has(dot)) this.#kills.add(`${cell}/${group}/${dot.log}/${dot.seq}`);
    }
  }

  #interpret(written: Written): void {
    const { dot, operation } = written;
    this.interpreted.push(written);
    this.covered.add(dot);
    const cell = operation.kind.split(".")[0]!;
    const isDead = (one: Dot, group: number | null) => this.#isKilled(cell, one, group);
    const state = this.state;
    switch (operation.kind) {
      case "counter.add": {
        const counter = new Map(state.counter);
        counter.set(dot.log, addToCounter(counter.get(dot.log), dot.seq, operation.by));
        this.state = { ...state, counter };
        break;
      }
      case "register.set": {
        const entry = { dot, stamp: operation.stamp };
        const { cell: register } = writeRegister(state.register, entry, operation.seen, isDead);
        this.state = { ...state, register };
        this.#kill(cell, operation.seen, null);
        break;
      }
      case "keyed.set": {
        const entry = { dot, stamp: operation.stamp };
        const { cell: keyed } = writeRegister(state.keyed, entry, operation.seen, isDead);
        this.state = { ...state, keyed };
        this.#kill(cell, operation.seen, null);
        break;
      }
      case "keyed.remove":
        this.state = { ...state, keyed: removeFromRegister(state.keyed, operation.seen) };
        this.#kill(cell, operation.seen, null);
        break;
      case "set.add":
        this.state = { ...state, set: addToSet(state.set, dot, operation.seen, isDead) };
        this.#kill(cell, operation.seen, null);
        break;
      case "set.remove":
        this.state = { ...state, set: removeFromSet(state.set, operation.seen) };
        this.#kill(cell, operation.seen, null);
        break;
      case "row.add": {
        const change = addRow(state.row, { dot, stamp: operation.stamp }, groups, isDead);
        this.state = { ...state, row: change.cell };
        break;
      }
      case "row.set": {
        const entry = { dot, stamp: operation.stamp, adds: operation.adds };
        const change = setRow(state.row, entry, operation.group, operation.seen, isDead);
        this.state = { ...state, row: change.cell };
        this.lost.push(...change.lost);
        this.#kill(cell, operation.seen, operation.group);
        break;
      }
      case "row.remove": {
        const change = removeRow(state.row, operation.adds);
        this.state = { ...state, row: change.cell };
        this.lost.push(...change.lost);
        this.#kill(cell, operation.adds, null);
        break;
      }
    }
  }
}

// ---- histories

type Action =
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

function play(count: number, actions: readonly Action[]): Run {
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

const honestHistory = fc.array(fc.oneof({ weight: 2, arbitrary: write }, { weight: 3, arbitrary: deliver }), {
  maxLength: 60,
  size: "max",
});
const hostileHistory = fc.array(fc.oneof(write, forge, { weight: 3, arbitrary: deliver }), {
  maxLength: 50,
  size: "max",
});
const replicaCount = fc.integer({ min: 3, max: 5 });

function rotated<Item>(items: readonly Item[], by: number): readonly Item[] {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

describe.each([
  ["honest", honestHistory],
  ["hostile", hostileHistory],
] as const)("an %s history", (_, history: fc.Arbitrary<Action[]>) => {
  test("at any moment the state is the meaning of the interpreted operations", () => {
    fc.assert(
      fc.property(replicaCount, history, (count, actions) => {
        for (const replica of play(count, actions).replicas) {
          expect(replica.state).toEqual(meaning(replica.interpreted));
        }
      }),
      { numRuns: 400 },
    );
  });

  test("replicas with the same operations interpret the same ones and agree", () => {
    fc.assert(
      fc.property(replicaCount, history, fc.nat(), (count, actions, turn) => {
        const { replicas, all } = play(count, actions);
        replicas.forEach((replica, i) => {
          const order = rotated(i % 2 === 0 ? all : [...all].reverse(), turn * (i + 1));
          for (const written of order) replica.receive(written);
        });
        const first = replicas[0]!;
        expect(first.state).toEqual(meaning(first.interpreted));
        for (const replica of replicas) {
          expect(replica.state).toEqual(first.state);
          expect(replica.interpreted.length).toBe(first.interpreted.length);
        }
      }),
      { numRuns: 400 },
    );
  });

  test("the join of two states is the meaning of what either interpreted", () => {
    fc.assert(
      fc.property(replicaCount, history, (count, actions) => {
        const { replicas } = play(count, actions);
        const [a, b] = replicas as [Replica, Replica];
        const both = new Map([...a.interpreted, ...b.interpreted].map((one) => [one.operation, one]));
        const expected = meaning([...both.values()]);
        const { register, keyed, set, row } = expected;
        const x = a.state;
        const y = b.state;
        const saw = (cell: string) => [a.seen(cell), b.seen(cell)] as const;
        const [r1, r2] = saw("register");
        expect(joinRegisters(x.register, r1, y.register, r2)).toEqual(register);
        const [k1, k2] = saw("keyed");
        expect(joinRegisters(x.keyed, k1, y.keyed, k2)).toEqual(keyed);
        const [s1, s2] = saw("set");
        expect(joinSets(x.set, s1, y.set, s2)).toEqual(set);
        const [w1, w2] = saw("row");
        expect(joinRows(x.row, w1, y.row, w2)).toEqual(row);
        expect(joinRows(y.row, w2, x.row, w1)).toEqual(row);
      }),
      { numRuns: 400 },
    );
  });
});

test("an honest history interprets everything in the end", () => {
  fc.assert(
    fc.property(replicaCount, honestHistory, (count, actions) => {
      const { replicas, all } = play(count, actions);
      for (const replica of replicas) {
        for (const written of [...all].reverse()) replica.receive(written);
        expect(replica.interpreted.length).toBe(all.length);
      }
    }),
    { numRuns: 100 },
  );
});

test("a write is lost exactly where no one who removed it had seen it", () => {
  fc.assert(
    fc.property(replicaCount, honestHistory, (count, actions) => {
      const { replicas } = play(count, actions);
      for (const { interpreted, lost, state } of replicas) {
        for (const { dot, operation } of interpreted) {
          if (operation.kind !== "row.set") continue;
          const isLive =
            state.row?.groups[operation.group]?.some((entry) => sameDot(entry.dot, dot)) === true;
          const isNamed = interpreted.some(
            ({ operation: by }) =>
              (by.kind === "row.remove" && by.adds.some((one) => sameDot(one, dot))) ||
              (by.kind === "row.set" && by.seen.some((one) => sameDot(one, dot))),
          );
          const isLost = lost.some(({ entry }) => sameDot(entry.dot, dot));
          if (isLive) expect(isLost).toBe(false);
          else if (!isNamed) expect(isLost).toBe(true);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test("a read does not depend on the order of delivery", () => {
  fc.assert(
    fc.property(replicaCount, honestHistory, (count, actions) => {
      const { replicas, all } = play(count, actions);
      const [a, b] = replicas as [Replica, Replica];
      for (const written of all) a.receive(written);
      for (const written of [...all].reverse()) b.receive(written);
      expect(winner(a.state.register ?? [])).toEqual(winner(b.state.register ?? []));
      expect(counterValue(a.state.counter.values())).toBe(counterValue(b.state.counter.values()));
    }),
    { numRuns: 100 },
  );
});
