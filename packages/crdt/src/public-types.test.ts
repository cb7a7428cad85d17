import { expectTypeOf, test } from "vitest";
import {
  BoundedCounter,
  type CounterState,
  EWFlag,
  GCounter,
  GrowLog,
  GSet,
  LWWMap,
  LWWRegister,
  MaxRegister,
  MVRegister,
  ORMap,
  ORSet,
  type ORSetState,
  PNCounter,
  type RegisterState,
  RWSet,
  TimeSeries,
  TwoPhaseSet,
  type Value,
} from "./index.ts";
import { decodeSnapshot, encodeSnapshot } from "./snapshot/snapshot.ts";

// What the compiler says to a user of the package. A line that it should refuse and does not is an error of the type check.

test("containers hold what they are made for", () => {
  expectTypeOf(new GCounter("a").value).toEqualTypeOf<number>();
  expectTypeOf(new MaxRegister("a").value).toEqualTypeOf<number | undefined>();
  expectTypeOf(new MaxRegister<bigint>("a").value).toEqualTypeOf<bigint | undefined>();
  expectTypeOf(new LWWRegister<string>("a").value).toEqualTypeOf<string | undefined>();
  expectTypeOf(new MVRegister<string>("a").values).toEqualTypeOf<readonly string[]>();
  expectTypeOf(new ORSet<"x" | "y">("a").values()).toEqualTypeOf<IterableIterator<"x" | "y">>();
  expectTypeOf(new LWWMap<string, number>("a").get("k")).toEqualTypeOf<number | undefined>();
  expectTypeOf(new EWFlag("a").value).toEqualTypeOf<boolean>();
  expectTypeOf(new ORMap<string, GCounter>("a", (name) => new GCounter(name)).get("k")).toEqualTypeOf<
    GCounter | undefined
  >();
  expectTypeOf<Uint8Array>().toExtend<Value>();
  expectTypeOf<{ a: readonly [1, null] }>().toExtend<Value>();
  expectTypeOf<undefined>().not.toExtend<Value>();
  expectTypeOf<Date>().not.toExtend<Value>();
});

test("mutators return what merge takes", () => {
  expectTypeOf(new GCounter("a").increment()).toEqualTypeOf<CounterState>();
  expectTypeOf(new GCounter("a").merge).parameter(0).toEqualTypeOf<CounterState>();
  expectTypeOf(new ORSet<string>("a").remove("x")).toEqualTypeOf<ORSetState<string>>();
  expectTypeOf(new ORSet<string>("a").merge).returns.toEqualTypeOf<boolean>();
});

test("snapshots have the state of their type", () => {
  expectTypeOf(decodeSnapshot<"g_counter">).returns.toEqualTypeOf<CounterState>();
  expectTypeOf(decodeSnapshot<"lww_register">).returns.toEqualTypeOf<RegisterState<Value>>();
});

export function refused(a: ORSet<string>, b: ORSet<number>, counter: GCounter, bytes: Uint8Array): void {
  // @ts-expect-error: a replica has a name
  new GCounter();
  // @ts-expect-error: this counter only grows
  counter.decrement();
  // @ts-expect-error: an amount is a number
  counter.increment(1n);
  // @ts-expect-error: another type of element
  a.add(1);
  // @ts-expect-error: a state of a set of other elements
  a.merge(b.state);
  // @ts-expect-error: a state of another type
  a.merge(counter.state);
  // @ts-expect-error: undefined is no value
  new GSet<undefined>();
  // @ts-expect-error: a date is no value
  new MVRegister<Date>("a");
  // @ts-expect-error: the time of a write is an argument
  new LWWRegister<string>("a").set("x");
  // @ts-expect-error: the time of an entry is an argument
  new GrowLog<string>("a").append("x");
  // @ts-expect-error: texts have no order here
  new MaxRegister<string>("a");
  // @ts-expect-error: rights are given to somebody
  new BoundedCounter("a").transfer(5);
  // @ts-expect-error: what this set removed never comes back, so nothing is ever enabled
  new TwoPhaseSet<string>().enable("x");
  // @ts-expect-error: the window is an argument
  new TimeSeries("a");
  // @ts-expect-error: a map makes what it nests
  new ORMap<string, PNCounter>("a");
  // @ts-expect-error: what is nested returns its own delta
  new ORMap<string, PNCounter>("a", (name) => new PNCounter(name)).update("k", () => a.state);
  // @ts-expect-error: the value is read only
  counter.value = 5;
  // @ts-expect-error: the elements of the set are read only
  new RWSet<string>("a").values = [];
  // @ts-expect-error: a state of another type
  encodeSnapshot("or_set", counter.state);
  // @ts-expect-error: there is no such type
  decodeSnapshot("tree", bytes);
}
