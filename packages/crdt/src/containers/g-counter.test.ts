import { describe, expect, test } from "vitest";
import type { CounterState } from "../parts/counter-parts.ts";
import { codeOf } from "../testing/code-of.ts";
import { testType } from "../testing/type-tests.ts";
import { GCounter } from "./g-counter.ts";

const max = Number.MAX_SAFE_INTEGER;

describe("GCounter", () => {
  testType<GCounter, CounterState, number>({
    create: (node) => new GCounter(node),
    mutate: (counter, choice) => [choice, counter.increment(choice)],
    merge: (counter, state) => counter.merge(state),
    state: (counter) => counter.state,
    read: (counter) => counter.value,
    internals: (state) => Object.fromEntries([...state].map(([node, { seq, sum }]) => [node, [seq, sum]])),
    meaning: (done) => done.reduce((sum, { op }) => sum + op, 0),
  });

  test("counts by one unless told", () => {
    const counter = new GCounter("a");
    counter.increment();
    counter.increment(4);
    expect(counter.value).toBe(5);
  });

  test("does not go down, and not by fractions", () => {
    const counter = new GCounter("a");
    for (const by of [-1, Number.NaN, 0.5, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(codeOf(() => counter.increment(by))).toBe("invalid-value");
    }
    expect(counter.value).toBe(0);
  });

  test("refuses to count beyond 2^53, and stays as it was", () => {
    const counter = new GCounter("a");
    counter.increment(max);
    expect(codeOf(() => counter.increment())).toBe("overflow");
    expect(counter.value).toBe(max);
  });

  test("says so where replicas together counted beyond 2^53", () => {
    const [a, b] = [new GCounter("a"), new GCounter("b")];
    a.increment(max);
    a.merge(b.increment(1));
    expect(codeOf(() => a.value)).toBe("overflow");
  });

  test("refuses parts that no replica can have made", () => {
    const counter = new GCounter("a");
    for (const part of [
      { seq: 1, sum: -1 },
      { seq: 0, sum: 1 },
      { seq: 1, sum: 0.5 },
    ]) {
      expect(
        codeOf(() =>
          counter.merge([
            ["good", { seq: 1, sum: 1 }],
            ["bad", part],
          ]),
        ),
      ).toBe("invalid-value");
    }
    expect(counter.value).toBe(0);
  });
});
