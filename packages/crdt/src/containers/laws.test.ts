import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkLaws, type LawStep, type LawSubject, LawViolation } from "../laws.ts";
import type { Value } from "../value.ts";
import type { CounterState } from "./counter-parts.ts";
import { GCounter } from "./g-counter.ts";
import { LWWRegister, type LWWRegisterState } from "./lww-register.ts";
import { ORSet, type ORSetState } from "./or-set.ts";
import { PNCounter } from "./pn-counter.ts";
import "../testing/seed.ts";

const step: fc.Arbitrary<LawStep> = fc.oneof(
  fc.record({ do: fc.constant("mutate" as const), at: fc.nat(2), choice: fc.nat(9) }),
  fc.record({ do: fc.constant("state" as const), from: fc.nat(2), to: fc.nat(2) }),
  fc.record({ do: fc.constant("delta" as const), which: fc.nat(), to: fc.nat(2) }),
);
const history = fc.array(step, { maxLength: 30, size: "max" });

const partsView = (parts: CounterState): Value =>
  Object.fromEntries([...parts].map(([replica, { seq, sum }]) => [replica, [seq, sum]]));

const gCounter: LawSubject<GCounter, CounterState> = {
  create: (node) => new GCounter(node),
  mutate: (counter, choice) => counter.increment(choice),
  merge: (counter, state) => counter.merge(state),
  state: (counter) => counter.state,
  view: (counter) => [counter.value, partsView(counter.state)],
};

const pnCounter: LawSubject<PNCounter, CounterState> = {
  create: (node) => new PNCounter(node),
  mutate: (counter, choice) => (choice % 2 === 0 ? counter.increment(choice) : counter.decrement(choice)),
  merge: (counter, state) => counter.merge(state),
  state: (counter) => counter.state,
  view: (counter) => [counter.value, partsView(counter.state)],
};

const register: LawSubject<LWWRegister<number>, LWWRegisterState<number>> = {
  create: (node) => new LWWRegister(node),
  mutate: (one, choice) => one.set(choice, 1 + (choice % 4)),
  merge: (one, state) => one.merge(state),
  state: (one) => one.state,
  view: (one) => [
    one.value ?? null,
    one.siblings.map(({ dot, stamp, value }) => [dot.log, dot.seq, stamp, value]),
    one.state.context.toJSON(),
  ],
};

const set: LawSubject<ORSet<number>, ORSetState<number>> = {
  create: (node) => new ORSet(node),
  mutate: (one, choice) => (choice < 6 ? one.add(choice % 3) : one.remove(choice % 3)),
  merge: (one, state) => one.merge(state),
  state: (one) => one.state,
  view: (one) => [
    [...one.values()].sort(),
    [...one.state.elements]
      .sort(([a], [b]) => a - b)
      .map(([element, adds]) => [element, adds.map((dot) => [dot.log, dot.seq])]),
    one.state.context.toJSON(),
  ],
};

describe.each([
  ["GCounter", gCounter],
  ["PNCounter", pnCounter],
  ["LWWRegister", register],
  ["ORSet", set],
] as [string, LawSubject<unknown, unknown>][])("%s", (_, subject) => {
  test("keeps the laws", () => {
    fc.assert(
      fc.property(history, (steps) => checkLaws(subject, steps)),
      { numRuns: 500 },
    );
  });
});

describe("the kit finds", () => {
  const steps: LawStep[] = [
    { do: "mutate", at: 0, choice: 1 },
    { do: "mutate", at: 1, choice: 2 },
    { do: "mutate", at: 1, choice: 3 },
  ];
  const lawOf = (subject: LawSubject<unknown, unknown>): string => {
    try {
      checkLaws(subject, steps);
    } catch (error) {
      if (error instanceof LawViolation) return error.law;
      throw error;
    }
    return "none";
  };
  const cell = (merge: (mine: number, theirs: number) => number, honest = true) =>
    ({
      create: () => ({ n: 0 }),
      mutate: (one: { n: number }, choice: number) => {
        one.n += choice;
        return choice;
      },
      merge: (one: { n: number }, theirs: number) => {
        const before = one.n;
        one.n = merge(one.n, theirs);
        return honest ? one.n !== before : true;
      },
      state: (one: { n: number }) => one.n,
      view: (one: { n: number }) => one.n,
    }) as LawSubject<unknown, unknown>;

  test.each([
    ["a merge that takes the later", cell((_, theirs) => theirs), "commutative"],
    ["a merge that adds", cell((mine, theirs) => mine + theirs), "idempotent"],
    ["a merge that forgets", cell((mine) => mine), "a state says all"],
    ["deltas that are not enough", cell(Math.max), "deltas are the state"],
    ["a merge that always says changed", cell(Math.max, false), "merge says whether it changed"],
  ])("%s", (_, subject, law) => {
    expect(lawOf(subject)).toBe(law);
  });
});
