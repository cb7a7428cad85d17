import {
  BoundedCounter,
  CrdtError,
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
} from "@jarvis-crdt/crdt";

export type Json = null | boolean | number | string | readonly Json[];

/** `[mutator, replica, ...arguments]`, `["state", from, to]`, or `["delta", step, to]`. */
type Step = readonly [what: string, ...rest: Json[]];

export interface TypeHistory {
  readonly type: string;
  readonly steps: readonly Step[];
  /** After each step, what the replica reads that it changed; or the code with which the step was refused. */
  readonly reads: readonly Json[];
}

export interface Convergent {
  readonly state: unknown;
  merge(other: unknown): boolean;
}

export interface Type {
  create(node: string): Convergent;
  read(container: Convergent): Json;
  /** A mutator's name and arguments, drawn by `pick`, which gives an integer below its argument. */
  draw(pick: (below: number) => number): readonly [name: string, ...args: Json[]];
}

function type<C extends { readonly state: unknown }>(
  create: (node: string) => C,
  read: (container: C) => Json,
  draw: Type["draw"],
): Type {
  return { create, read, draw } as unknown as Type;
}

const nodes = ["a", "b", "c"];
const sorted = (values: Iterable<number>) => [...values].sort((x, y) => x - y);
const addOrRemove: Type["draw"] = (pick) => [pick(3) === 0 ? "remove" : "add", pick(4)];

export const types: Readonly<Record<string, Type>> = {
  GCounter: type(
    (node) => new GCounter(node),
    (one) => one.value,
    (pick) => ["increment", pick(5)],
  ),
  PNCounter: type(
    (node) => new PNCounter(node),
    (one) => one.value,
    (pick) => [pick(2) === 0 ? "increment" : "decrement", pick(5)],
  ),
  BoundedCounter: type(
    (node) => new BoundedCounter(node),
    (one) => [one.value, ...nodes.map((node) => one.rights(node))],
    (pick) => {
      const what = pick(4);
      if (what === 0) return ["increment", pick(9)];
      return what === 1 ? ["transfer", nodes[pick(3)]!, pick(5)] : ["decrement", pick(5)];
    },
  ),
  MaxRegister: type(
    (node) => new MaxRegister(node),
    (one) => one.value ?? null,
    (pick) => ["set", pick(40) - 20],
  ),
  MinRegister: type(
    (node) => new MinRegister(node),
    (one) => one.value ?? null,
    (pick) => ["set", pick(40) - 20],
  ),
  LWWRegister: type(
    (node) => new LWWRegister<number>(node),
    (one) => [one.value ?? null, one.siblings.length],
    (pick) => ["set", pick(100), 1 + pick(4)],
  ),
  MVRegister: type(
    (node) => new MVRegister<number>(node),
    (one) => sorted(one.values),
    (pick) => ["set", pick(100)],
  ),
  GSet: type(
    () => new GSet<number>(),
    (one) => sorted(one.values()),
    (pick) => ["add", pick(20)],
  ),
  TwoPhaseSet: type(
    () => new TwoPhaseSet<number>(),
    (one) => sorted(one.values()),
    addOrRemove,
  ),
  ORSet: type(
    (node) => new ORSet<number>(node),
    (one) => sorted(one.values()),
    addOrRemove,
  ),
  RWSet: type(
    (node) => new RWSet<number>(node),
    (one) => sorted(one.values()),
    addOrRemove,
  ),
  EWFlag: type(
    (node) => new EWFlag(node),
    (one) => one.value,
    (pick) => [pick(2) === 0 ? "enable" : "disable"],
  ),
  LWWMap: type(
    (node) => new LWWMap<string, number>(node),
    (one) => [...one.entries()].sort(),
    (pick) =>
      pick(3) === 0 ? ["delete", nodes[pick(3)]!] : ["set", nodes[pick(3)]!, pick(100), 1 + pick(4)],
  ),
  ORMap: type(
    // A map of counters: `update(key, by)` increments the one under the key.
    (node) => {
      const map = new ORMap<string, PNCounter>(node, (name) => new PNCounter(name));
      return {
        map,
        get state() {
          return map.state;
        },
        merge: (other: typeof map.state) => map.merge(other),
        update: (key: string, by: number) => map.update(key, (counter) => counter.increment(by)),
        remove: (key: string) => map.remove(key),
      };
    },
    (one) => [...one.map.entries()].map(([key, counter]): Json => [key, counter.value]).sort(),
    (pick) => (pick(3) === 0 ? ["remove", nodes[pick(2)]!] : ["update", nodes[pick(2)]!, pick(9)]),
  ),
  GrowLog: type(
    (node) => new GrowLog<number>(node),
    (one) => [...one.values()],
    (pick) => ["append", pick(100), 1 + pick(9)],
  ),
  // `new TimeSeries(node, { width: 10, buckets: 3 })`; a summary is [from, count, sum, min, max].
  TimeSeries: type(
    (node) => new TimeSeries(node, { width: 10, buckets: 3 }),
    (one) => [...one.summaries()].map(({ from, count, sum, min, max }): Json => [from, count, sum, min, max]),
    (pick) => ["record", pick(60) - 10, pick(9) - 4],
  ),
};

/** Random but fixed histories of three replicas, in which a delta arrives after all that its author knew. */
export function makeTypeVectors() {
  const pick = picker(1);
  const histories: TypeHistory[] = [];
  for (const [name, type] of Object.entries(types)) {
    for (let i = 0; i < 3; i++) {
      const { steps, reads } = play(type, pick);
      histories.push({ type: name, steps, reads });
    }
  }
  return {
    description:
      'Histories of three replicas of each type: [mutator, replica, ...arguments], ["state", from, to], ["delta", step, to]; and what the changed replica reads after each step, or the code with which it was refused.',
    histories,
  };
}

/** Integers below an argument, the same ones for the same seed. */
export function picker(seed: number): (below: number) => number {
  let random = seed;
  return (below) => {
    random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
    return (random >>> 8) % below;
  };
}

/** A history, what was read in it, and what it leaves: three containers, and the deltas by their steps. */
export function play(type: Type, pick: (below: number) => number) {
  const containers = nodes.map((node) => type.create(node));
  const known = nodes.map(() => new Set<number>());
  const deltas = new Map<number, { readonly delta: unknown; readonly saw: ReadonlySet<number> }>();
  const steps: Step[] = [];
  const reads: Json[] = [];
  while (steps.length < 30) {
    const to = pick(3);
    const container = containers[to]!;
    const what = pick(5);
    if (what <= 1) {
      const [mutator, ...args] = type.draw(pick);
      const read = mutate(container, mutator, args, (delta) => {
        deltas.set(steps.length, { delta, saw: new Set(known[to]) });
        known[to]!.add(steps.length);
      });
      steps.push([mutator, nodes[to]!, ...args]);
      reads.push(read ?? type.read(container));
    } else if (what === 2) {
      const from = (to + 1 + pick(2)) % 3;
      container.merge(containers[from]!.state);
      for (const id of known[from]!) known[to]!.add(id);
      steps.push(["state", nodes[from]!, nodes[to]!]);
      reads.push(type.read(container));
    } else {
      const ready = [...deltas].filter(
        ([id, { saw }]) => !known[to]!.has(id) && [...saw].every((one) => known[to]!.has(one)),
      );
      if (ready.length === 0) continue;
      const [id, { delta }] = ready[pick(ready.length)]!;
      container.merge(delta);
      known[to]!.add(id);
      steps.push(["delta", id, nodes[to]!]);
      reads.push(type.read(container));
    }
  }
  return { steps, reads, containers, deltas: [...deltas.values()].map(({ delta }) => delta) };
}

/** Calls a mutator. The code of its refusal, or undefined. */
function mutate(
  container: Convergent,
  mutator: string,
  args: readonly Json[],
  done: (delta: unknown) => void,
): string | undefined {
  const mutators = container as unknown as Record<string, (...args: readonly Json[]) => unknown>;
  try {
    done(mutators[mutator]!(...args));
    return undefined;
  } catch (error) {
    if (error instanceof CrdtError) return error.code;
    throw error;
  }
}
