import { describe, expect, test } from "vitest";
import type { CounterState } from "../parts/counter-parts.ts";
import { testType } from "../testing/type-tests.ts";
import { PNCounter } from "./pn-counter.ts";

const max = Number.MAX_SAFE_INTEGER;

describe("PNCounter", () => {
  testType<PNCounter, CounterState, number>({
    create: (node) => new PNCounter(node),
    mutate: (counter, choice) =>
      choice % 2 === 0 ? [choice, counter.increment(choice)] : [-choice, counter.decrement(choice)],
    merge: (counter, state) => counter.merge(state),
    state: (counter) => counter.state,
    read: (counter) => counter.value,
    internals: (state) => Object.fromEntries([...state].map(([node, { seq, sum }]) => [node, [seq, sum]])),
    meaning: (done) => done.reduce((sum, { op }) => sum + op, 0),
  });

  test("goes up and down, on every replica", () => {
    const [a, b] = [new PNCounter("a"), new PNCounter("b")];
    a.merge(b.decrement(3));
    a.increment();
    expect(a.value).toBe(-2);
    expect(b.merge(a.state)).toBe(true);
    expect(b.value).toBe(-2);
    expect(b.merge(a.state)).toBe(false);
  });

  test("sums that leave the safe integers on the way are exact", () => {
    const counters = [max, max, -max, -max, 7].map((by, i) => {
      const counter = new PNCounter(`${i}`);
      counter.increment(by);
      return counter;
    });
    const all = new PNCounter("all");
    for (const counter of counters) all.merge(counter.state);
    expect(all.value).toBe(7);
  });
});
