import { describe, expect, test } from "vitest";
import type { CounterState } from "../parts/counter-parts.ts";
import { codeOf } from "../testing/code-of.ts";
import { type Done, testType } from "../testing/type-tests.ts";
import { BoundedCounter, type BoundedCounterState } from "./bounded-counter.ts";

const nothing: BoundedCounterState = { granted: [], used: [], given: [] };
const replicas = ["a", "b", "c", "d", "e"];

type Op =
  | { readonly do: "grant" | "use"; readonly by: number }
  | { readonly do: "give"; readonly by: number; readonly to: string }
  | { readonly do: "refused" };

function rights(done: readonly Done<Op>[], node: string): number {
  let sum = 0;
  for (const { op, at } of done) {
    if (op.do === "grant" && at === node) sum += op.by;
    else if (op.do === "use" && at === node) sum -= op.by;
    else if (op.do === "give") sum += (op.to === node ? op.by : 0) - (at === node ? op.by : 0);
  }
  return sum;
}

const parts = (state: CounterState) =>
  Object.fromEntries([...state].map(([node, { seq, sum }]) => [node, [seq, sum]]));

describe("BoundedCounter", () => {
  testType<BoundedCounter, BoundedCounterState, Op>({
    create: (node) => new BoundedCounter(node),
    mutate: (counter, choice) => {
      const by = 1 + (choice % 4);
      if (choice < 8) return [{ do: "grant", by }, counter.increment(by)];
      const to = replicas[choice % 5]!;
      const attempt = () => (choice < 16 ? counter.decrement(by) : counter.transfer(to, by));
      const may = by <= counter.rights();
      try {
        const delta = attempt();
        expect(may).toBe(true);
        return [choice < 16 ? { do: "use", by } : { do: "give", by, to }, delta];
      } catch (error) {
        // Own rights are what is refused for, or that there is nobody to give them to.
        if ((error as { code?: string }).code === "no-rights") expect(may).toBe(false);
        else expect((error as { code?: string }).code).toBe("invalid-value");
        return [{ do: "refused" }, nothing];
      }
    },
    merge: (counter, state) => counter.merge(state),
    state: (counter) => counter.state,
    read: (counter) => [counter.value, ...replicas.map((node) => counter.rights(node))],
    internals: ({ granted, used, given }) => [
      parts(granted),
      parts(used),
      Object.fromEntries([...given].map(([to, gifts]) => [to, parts(gifts)])),
    ],
    meaning: (done) => {
      const each = replicas.map((node) => rights(done, node));
      const value = each.reduce((sum, one) => sum + one, 0);
      for (const one of [value, ...each]) expect(one).toBeGreaterThanOrEqual(0);
      return [value, ...each];
    },
  });

  test("replicas that do not hear of each other cannot overspend", () => {
    const [a, b] = [new BoundedCounter("a"), new BoundedCounter("b")];
    a.increment(10);
    b.merge(a.transfer("b", 4));
    b.merge(a.state);
    expect([a.rights(), b.rights(), b.rights("a"), b.value]).toEqual([6, 4, 6, 10]);
    a.decrement(6);
    b.decrement(4);
    expect(codeOf(() => a.decrement())).toBe("no-rights");
    expect(codeOf(() => b.transfer("a", 1))).toBe("no-rights");
    a.merge(b.state);
    expect([a.value, a.rights(), a.rights("b")]).toEqual([0, 0, 0]);
  });

  test("refuses amounts that are none, and states that nobody can have made", () => {
    const counter = new BoundedCounter("a");
    counter.increment(10);
    for (const by of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(codeOf(() => counter.increment(by))).toBe("invalid-value");
      expect(codeOf(() => counter.decrement(by))).toBe("invalid-value");
      expect(codeOf(() => counter.transfer("b", by))).toBe("invalid-value");
    }
    expect(codeOf(() => counter.transfer("a", 1))).toBe("invalid-value");
    const bad: CounterState = [["b", { seq: 1, sum: -5 }]];
    const good: CounterState = [["b", { seq: 1, sum: 5 }]];
    for (const state of [
      { granted: good, used: bad, given: [] },
      { granted: good, used: [], given: [["a", bad]] },
    ] as const) {
      expect(codeOf(() => counter.merge(state))).toBe("invalid-value");
    }
    expect([counter.value, counter.rights()]).toEqual([10, 10]);
  });
});
