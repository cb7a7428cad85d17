import { describe, expect, test } from "vitest";
import type { CounterCell } from "../cells/counter-cell.ts";
import type { RegisterState } from "../parts/register-writes.ts";
import { dotMapInternals, registerInternals } from "../testing/internals.ts";
import { latest } from "../testing/latest.ts";
import { type Done, testType } from "../testing/type-tests.ts";
import type { Value } from "../value.ts";
import { GSet } from "./g-set.ts";
import { LWWRegister } from "./lww-register.ts";
import { ORMap, type ORMapState } from "./or-map.ts";
import { ORSet } from "./or-set.ts";
import { PNCounter } from "./pn-counter.ts";

type Key = "count" | "set" | "seen" | "title";
type Inner = PNCounter | ORSet<number> | GSet<number> | LWWRegister<number>;
type Nesting = ORMap<Key, Inner>;
type Op =
  | { readonly key: Key; readonly remove: true }
  | {
      readonly key: Key;
      readonly remove: false;
      readonly n: number;
      readonly out: boolean;
      readonly stamp: number;
    };

function create(name: string, key: Key): Inner {
  if (key === "count") return new PNCounter(name);
  if (key === "set") return new ORSet<number>(name);
  return key === "seen" ? new GSet<number>() : new LWWRegister<number>(name);
}

const keys: readonly Key[] = ["count", "set", "seen", "title"];

/**
 * The writes of a key that count, each with the makings on which it was made: a making is a write whose author saw none
 * alive, and it is dead where a remove has seen it.
 */
function living(done: readonly Done<Op>[], key: Key): readonly Done<Op & { remove: false }>[] {
  const ours = done.filter(({ op }) => op.key === key);
  const alive = (known: readonly Done<Op>[]) =>
    known.filter(
      ({ op, id }) => !op.remove && makes(id) && !known.some((one) => one.op.remove && one.saw.has(id)),
    );
  const past = (id: number) => ours.filter((one) => done.find((each) => each.id === id)!.saw.has(one.id));
  const memo = new Map<number, boolean>();
  function makes(id: number): boolean {
    const known = memo.get(id);
    if (known !== undefined) return known;
    const made = alive(past(id)).length === 0;
    memo.set(id, made);
    return made;
  }
  const living = new Set(alive(ours).map(({ id }) => id));
  return ours.filter((one): one is Done<Op & { remove: false }> => {
    if (one.op.remove) return false;
    return makes(one.id) ? living.has(one.id) : alive(past(one.id)).some(({ id }) => living.has(id));
  });
}

function meaning(done: readonly Done<Op>[], key: Key) {
  const writes = living(done, key);
  if (writes.length === 0) return null;
  if (key === "count") return writes.reduce((sum, { op }) => sum + op.n, 0);
  if (key === "title") return latest(writes.filter(({ id }) => !writes.some(({ saw }) => saw.has(id))))!.op.n;
  const isIn = (n: number) =>
    writes.some(
      ({ op, id }) =>
        op.n === n && !op.out && !writes.some((one) => one.op.out && one.op.n === n && one.saw.has(id)),
    );
  return [0, 1, 2].filter(isIn);
}

function read(inner: Inner | undefined) {
  if (inner === undefined) return null;
  if (inner instanceof PNCounter) return inner.value;
  return inner instanceof LWWRegister ? inner.value! : [...inner.values()].sort();
}

function innerInternals(state: Inner["state"]): Value {
  if ("cells" in state) return dotMapInternals(state, (dot) => [dot.log, dot.seq]);
  if ("entries" in state && Array.isArray(state.entries))
    return registerInternals(state as RegisterState<number>);
  const items = [...(state as Iterable<number | readonly [string, CounterCell]>)];
  return Object.fromEntries(
    items.map((one) => (typeof one === "number" ? [`${one}`, one] : [one[0], [one[1].seq, one[1].sum]])),
  );
}

describe("ORMap", () => {
  testType<Nesting, ORMapState<Key, Inner>, Op>({
    create: (node) => new ORMap<Key, Inner>(node, create),
    mutate: (map, choice) => {
      const key = keys[choice % 4]!;
      if (choice >= 20) return [{ key, remove: true }, map.remove(key)];
      const op = {
        key,
        remove: false as const,
        n: choice % 3,
        out: key === "set" && choice > 10,
        stamp: 1 + (choice % 5),
      };
      return [
        op,
        map.update(key, (inner) => {
          if (inner instanceof PNCounter) return inner.increment(op.n);
          if (inner instanceof LWWRegister) return inner.set(op.n, op.stamp);
          return op.out && inner instanceof ORSet ? inner.remove(op.n) : inner.add(op.n);
        }),
      ];
    },
    merge: (map, state) => map.merge(state),
    state: (map) => map.state,
    read: (map) => keys.map((key) => read(map.get(key))),
    internals: (state) =>
      dotMapInternals(state, ({ dot, inner }) => [dot.log, dot.seq, innerInternals(inner.state)]),
    meaning: (done) => keys.map((key) => meaning(done, key)),
  });

  const counters = () => ["a", "b", "c"].map((node) => new ORMap(node, (name) => new PNCounter(name)));
  const count = (map: ORMap<string, PNCounter>) => map.get("x")?.value;

  test("a key made again starts clean", () => {
    const [a, b] = counters() as [ORMap<string, PNCounter>, ORMap<string, PNCounter>];
    b.merge(a.update("x", (counter) => counter.increment(5)));
    a.merge(b.remove("x"));
    expect([a.has("x"), a.size]).toEqual([false, 0]);
    b.merge(a.update("x", (counter) => counter.increment()));
    expect([count(a), count(b)]).toEqual([1, 1]);
  });

  test("a key made at the same time survives the remove, a write to the removed one does not", () => {
    const [a, b, c] = counters() as [
      ORMap<string, PNCounter>,
      ORMap<string, PNCounter>,
      ORMap<string, PNCounter>,
    ];
    b.merge(a.update("x", (counter) => counter.increment(5)));
    c.update("x", (counter) => counter.increment(2));
    const removal = b.remove("x");
    a.update("x", (counter) => counter.increment(7));
    a.merge(removal);
    expect(count(a)).toBeUndefined();
    a.merge(c.state);
    expect(count(a)).toBe(2);
  });

  test("a sum written to two makings holds only what was written to both", () => {
    const [a, b, c] = counters() as [
      ORMap<string, PNCounter>,
      ORMap<string, PNCounter>,
      ORMap<string, PNCounter>,
    ];
    c.merge(a.update("x", (counter) => counter.increment(5)));
    a.merge(b.update("x", (counter) => counter.increment(10)));
    a.update("x", (counter) => counter.increment(1));
    expect(count(a)).toBe(16);
    a.merge(c.remove("x"));
    expect(count(a)).toBe(11);
  });

  test("nests itself", () => {
    const make = (node: string) =>
      new ORMap<string, ORMap<string, PNCounter>>(
        node,
        (name) => new ORMap(name, (inner) => new PNCounter(inner)),
      );
    const [a, b] = [make("a"), make("b")];
    const click = (map: typeof a) =>
      map.update("page", (page) => page.update("clicks", (counter) => counter.increment()));
    b.merge(click(a));
    a.merge(click(b));
    expect([a, b].map((map) => map.get("page")?.get("clicks")?.value)).toEqual([2, 2]);
  });

  test("is as it was where the change is refused", () => {
    const [a] = counters() as [ORMap<string, PNCounter>];
    expect(() => a.update("x", (counter) => counter.increment(0.5))).toThrow("safe integer");
    expect([a.size, a.state.context.toJSON()]).toEqual([0, {}]);
  });
});
