import fc from "fast-check";
import { expect, test } from "vitest";
import { checkLaws, type LawStep, type LawSubject } from "../laws.ts";
import type { Value } from "../value.ts";

// What every type must pass: the laws, and its meaning as a function over the set of operations with their causality,
// on random histories of three to five replicas. A soak of some minutes: TYPE_RUNS=20000 TYPE_SEED=7.

const runs = Number(process.env.TYPE_RUNS ?? 400);
const seed = Number(process.env.TYPE_SEED ?? 1);
const timeout = 30_000 + runs * 25;

/** An operation of a history: what was done, by whom, and after what. */
export interface Done<Op> {
  readonly op: Op;
  readonly at: string;
  /** Its place among the operations of the history; one replica's operations ascend. */
  readonly id: number;
  /** The operations that its replica knew. */
  readonly saw: ReadonlySet<number>;
}

export interface TypeSubject<Container, State, Op> {
  create(node: string): Container;
  /** One of the type's mutations, chosen by `choice` (below 24): what it was, and its delta. */
  mutate(container: Container, choice: number): readonly [op: Op, delta: State];
  merge(container: Container, state: State): boolean;
  state(container: Container): State;
  /** What a user reads, as far as `meaning` speaks of it. */
  read(container: Container): Value;
  /** Everything else by which two states can differ. */
  internals?(state: State): Value;
  /** The specification: what is read where these operations are known. */
  meaning(done: readonly Done<Op>[]): Value;
}

const step: fc.Arbitrary<LawStep> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("mutate" as const), at: fc.nat(4), choice: fc.nat(23) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("state" as const), from: fc.nat(4), to: fc.nat(4) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("delta" as const), which: fc.nat(60), to: fc.nat(4) }),
  },
);
const history = fc.array(step, { maxLength: 40, size: "max" });
const replicas = fc.integer({ min: 3, max: 5 });

/** Operations that none of the others has seen. */
export function maximal<Op>(done: readonly Done<Op>[]): readonly Done<Op>[] {
  return done.filter((one) => !done.some((other) => other.saw.has(one.id)));
}

export function testType<C, S, Op>(subject: TypeSubject<C, S, Op>): void {
  const lawful: LawSubject<C, S> = {
    create: (node) => subject.create(node),
    mutate: (container, choice) => subject.mutate(container, choice)[1],
    merge: (container, state) => subject.merge(container, state),
    state: (container) => subject.state(container),
    view: (container) => [subject.read(container), subject.internals?.(subject.state(container)) ?? null],
  };

  test("keeps the laws", { timeout }, () => {
    fc.assert(
      fc.property(history, (steps) => checkLaws(lawful, steps)),
      { numRuns: runs / 2, seed },
    );
  });

  test("means what its specification says", { timeout }, () => {
    fc.assert(
      fc.property(replicas, history, (count, steps) => checkMeaning(subject, count, steps)),
      { numRuns: runs, seed },
    );
  });
}

function checkMeaning<C, S, Op>(
  subject: TypeSubject<C, S, Op>,
  count: number,
  steps: readonly LawStep[],
): void {
  const names = ["a", "b", "c", "d", "e"].slice(0, count);
  const containers = names.map((name) => subject.create(name));
  const known = names.map(() => new Set<number>());
  const done: (Done<Op> & { readonly delta: S })[] = [];
  const check = (container: C, ids: ReadonlySet<number>) => {
    expect(subject.read(container)).toEqual(subject.meaning(done.filter(({ id }) => ids.has(id))));
  };

  for (const one of steps) {
    const to = (one.do === "mutate" ? one.at : one.to) % count;
    const container = containers[to]!;
    const ids = known[to]!;
    if (one.do === "mutate") {
      const [op, delta] = subject.mutate(container, one.choice);
      done.push({ op, at: names[to]!, id: done.length, saw: new Set(ids), delta });
      ids.add(done.length - 1);
    } else if (one.do === "state") {
      subject.merge(container, subject.state(containers[one.from % count]!));
      for (const id of known[one.from % count]!) ids.add(id);
    } else {
      // Who writes has a history without holes, or it would be unclear what an operation has seen; see the observer.
      const ready = done.filter(({ id, saw }) => !ids.has(id) && [...saw].every((before) => ids.has(before)));
      if (ready.length === 0) continue;
      const { delta, id } = ready[one.which % ready.length]!;
      subject.merge(container, delta);
      ids.add(id);
    }
    check(container, ids);
  }
  const everything = new Set(done.keys());
  // Deltas in any order, here each before all that it follows.
  const observer = subject.create("observer");
  for (const { delta } of [...done].reverse()) subject.merge(observer, delta);
  check(observer, everything);
  // Deltas group: the state of an empty container that merged some of them.
  const grouped = subject.create("grouped");
  for (const rest of [1, 0]) {
    const group = subject.create("group");
    for (const { delta, id } of done) if (id % 2 === rest) subject.merge(group, delta);
    subject.merge(grouped, subject.state(group));
  }
  check(grouped, everything);
  for (const container of containers) {
    for (const other of containers) subject.merge(container, subject.state(other));
    check(container, everything);
  }
}
