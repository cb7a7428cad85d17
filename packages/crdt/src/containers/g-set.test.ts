import { describe, expect, test } from "vitest";
import { codeOf } from "../testing/code-of.ts";
import { testType } from "../testing/type-tests.ts";
import { Real, type Value } from "../value.ts";
import { GSet, type GSetState } from "./g-set.ts";

describe("GSet", () => {
  testType<GSet<number>, GSetState<number>, number>({
    create: () => new GSet(),
    mutate: (set, choice) => [choice, set.add(choice)],
    merge: (set, state) => set.merge(state),
    state: (set) => set.state,
    read: (set) => [...set.values()].sort((a, b) => a - b),
    meaning: (done) => [...new Set(done.map(({ op }) => op))].sort((a, b) => a - b),
  });

  test("elements are the same if their bytes are", () => {
    const set = new GSet<Value>();
    for (const element of [1, 1n, new Real(1), "1", { b: 1, a: 2 }, { a: 2, b: 1 }]) set.add(element);
    expect([set.size, set.has(1n), set.has({ a: 2, b: 1 }), set.has("01")]).toEqual([4, true, true, false]);
  });

  test("refuses a state with an element that cannot be one, and stays as it was", () => {
    const set = new GSet<string>();
    expect(codeOf(() => set.merge(["good", "x".repeat(2000)]))).toBe("too-large");
    expect(codeOf(() => set.merge(["good", "\ud800"]))).toBe("invalid-value");
    expect(set.size).toBe(0);
  });
});
