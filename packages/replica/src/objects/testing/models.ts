import {
  BoundedCounter,
  EWFlag,
  GCounter,
  GrowLog,
  GSet,
  LWWMap,
  LWWRegister,
  MaxRegister,
  MinRegister,
  MVRegister,
  ORMap,
  ORSet,
  PNCounter,
  RWSet,
  TimeSeries,
  TwoPhaseSet,
  type Value,
} from "@jarvis-crdt/crdt";

export interface Step {
  readonly operation: string;
  readonly values: readonly Value[];
}

interface Convergent {
  readonly state: unknown;
  merge(other: unknown): boolean;
}

/** The container of a type, as the model of what objects of this type do in any store. */
export interface Model {
  create(node: string): Convergent;
  /** Does a step, and returns the deltas. `stamp` is later than all before. */
  apply(container: Convergent, step: Step, stamp: number): readonly unknown[];
  /** As `Objects` reads it, but for the order of elements and keys. */
  read(container: Convergent): Value;
  /** A step, drawn by `pick`, which gives an integer below its argument. */
  draw(pick: (below: number) => number, nodes: readonly string[]): Step;
}

/** A container whose mutators have the names of the operations. */
function model<C extends { readonly state: unknown }>(
  create: (node: string) => C,
  read: (container: C) => unknown,
  draw: Model["draw"],
  apply?: (container: C, step: Step, stamp: number) => readonly unknown[],
): Model {
  const byName = (container: never, { operation, values }: Step) => [
    (container as Record<string, (...values: readonly Value[]) => unknown>)[operation]!(...values),
  ];
  return { create, read, draw, apply: apply ?? byName } as unknown as Model;
}

const step = (operation: string, ...values: Value[]): Step => ({ operation, values });
const addOrRemove: Model["draw"] = (pick) => step(pick(3) === 0 ? "remove" : "add", pick(4));
const setNumber: Model["draw"] = (pick) => step("set", pick(20) - 10);
const countUp: Model["draw"] = (pick) => step("increment", pick(5));

const eachElement = <C extends { add(e: Value): unknown; remove(e: Value): unknown }>(
  container: C,
  one: Step,
) =>
  one.values.map((element) => (one.operation === "add" ? container.add(element) : container.remove(element)));

const nestedSteps: Model["draw"] = (pick) =>
  pick(4) === 0 ? step("remove", `k${pick(2)}`) : step("update", `k${pick(2)}`, "increment", 1 + pick(3));
const nestedSets: Model["draw"] = (pick) =>
  pick(4) === 0
    ? step("remove", `k${pick(2)}`)
    : step("update", `k${pick(2)}`, pick(3) === 0 ? "remove" : "add", pick(3));
const nestedRegisters: Model["draw"] = (pick) =>
  pick(4) === 0 ? step("remove", `k${pick(2)}`) : step("update", `k${pick(2)}`, "set", pick(9));

type Inner = Convergent & Record<string, (...values: readonly Value[]) => unknown>;

function mapModel(
  make: (name: string) => { readonly state: unknown },
  read: (inner: never) => unknown,
  draw: Model["draw"],
  stamped = false,
): Model {
  return model(
    (node) => new ORMap<Value, Inner>(node, (name) => make(name) as Inner),
    (map) => [...map.entries()].map(([key, inner]) => [key, read(inner as never)]),
    draw,
    (map, { operation, values: [key, name, ...values] }, stamp) => [
      operation === "remove"
        ? map.remove(key!)
        : map.update(key!, (inner) => inner[name as string]!(...values, ...(stamped ? [stamp] : []))),
    ],
  );
}

export const models: Readonly<Record<string, Model>> = {
  g_counter: model(
    (node) => new GCounter(node),
    (one) => one.value,
    countUp,
  ),
  pn_counter: model(
    (node) => new PNCounter(node),
    (one) => one.value,
    (pick) => step(pick(2) === 0 ? "decrement" : "increment", pick(5)),
  ),
  bounded_counter: model(
    (node) => new BoundedCounter(node),
    (one) => one.value,
    (pick, nodes) =>
      pick(3) === 0
        ? step("transfer", nodes[pick(nodes.length)]!, pick(4))
        : step(pick(2) === 0 ? "decrement" : "increment", pick(5)),
  ),
  max_register: model(
    (node) => new MaxRegister(node),
    (one) => one.value ?? null,
    setNumber,
  ),
  min_register: model(
    (node) => new MinRegister(node),
    (one) => one.value ?? null,
    setNumber,
  ),
  lww_register: model(
    (node) => new LWWRegister<Value>(node),
    (one) => ({ value: one.value ?? null, siblings: one.siblings.length }),
    (pick) => step("set", pick(9)),
    (one, { values: [value] }, stamp) => [one.set(value!, stamp)],
  ),
  mv_register: model(
    (node) => new MVRegister<Value>(node),
    (one) => one.values,
    (pick) => step("set", pick(9)),
  ),
  g_set: model(
    () => new GSet<Value>(),
    (one) => [...one.values()],
    (pick) => step("add", pick(4), String(pick(4))),
    (one, { values }) => values.map((element) => one.add(element)),
  ),
  two_phase_set: model(
    () => new TwoPhaseSet<Value>(),
    (one) => [...one.values()],
    addOrRemove,
    eachElement,
  ),
  or_set: model(
    (node) => new ORSet<Value>(node),
    (one) => [...one.values()],
    addOrRemove,
    eachElement,
  ),
  rw_set: model(
    (node) => new RWSet<Value>(node),
    (one) => [...one.values()],
    addOrRemove,
    eachElement,
  ),
  ew_flag: model(
    (node) => new EWFlag(node),
    (one) => one.value,
    (pick) => step(pick(2) === 0 ? "disable" : "enable"),
  ),
  lww_map: model(
    (node) => new LWWMap<Value, Value>(node),
    (one) => [...one.entries()],
    (pick) => (pick(3) === 0 ? step("delete", pick(3)) : step("set", pick(3), pick(9))),
    (one, { operation, values: [key, value] }, stamp) => [
      operation === "set" ? one.set(key!, value!, stamp) : one.delete(key!),
    ],
  ),
  grow_log: model(
    (node) => new GrowLog<Value>(node),
    (one) => [...one.values()],
    (pick) => step("append", pick(9)),
    (one, { values: [value] }, stamp) => [one.append(value!, stamp)],
  ),
  "time_series:10:3": model(
    (node) => new TimeSeries(node, { width: 10, buckets: 3 }),
    (one) => [...one.summaries()],
    (pick) => step("record", pick(60), pick(9)),
  ),
};

/** These nest, and are compared where a write arrives after the making it was written to. */
export const mapModels: Readonly<Record<string, Model>> = {
  "or_map:pn_counter": mapModel(
    (name) => new PNCounter(name),
    (one: PNCounter) => one.value,
    nestedSteps,
  ),
  "or_map:or_set": mapModel(
    (name) => new ORSet<Value>(name),
    (one: ORSet<Value>) => [...one.values()],
    nestedSets,
  ),
  "or_map:lww_register": mapModel(
    (name) => new LWWRegister<Value>(name),
    (one: LWWRegister<Value>) => ({ value: one.value ?? null, siblings: one.siblings.length }),
    nestedRegisters,
    true,
  ),
};
