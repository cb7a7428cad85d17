import { describe, expect, test } from "vitest";
import { testType } from "../testing/type-tests.ts";
import { TwoPhaseSet, type TwoPhaseSetState } from "./two-phase-set.ts";

describe("TwoPhaseSet", () => {
  testType<TwoPhaseSet<number>, TwoPhaseSetState<number>, { add: boolean; element: number }>({
    create: () => new TwoPhaseSet(),
    mutate: (set, choice) => {
      // A remove is one where the element is here.
      const op = { add: choice < 16 || !set.has(choice % 5), element: choice % 5 };
      return [op, op.add ? set.add(op.element) : set.remove(op.element)];
    },
    merge: (set, state) => set.merge(state),
    state: (set) => set.state,
    read: (set) => [[...set.values()].sort(), set.size],
    internals: ({ added, removed }) => [[...added].sort(), [...removed].sort()],
    meaning: (done) => {
      const elements = [0, 1, 2, 3, 4].filter((element) => {
        const ours = done.filter(({ op }) => op.element === element);
        return ours.length > 0 && ours.every(({ op }) => op.add);
      });
      return [elements, elements.length];
    },
  });

  test("what was removed does not come back", () => {
    const [a, b] = [new TwoPhaseSet<string>(), new TwoPhaseSet<string>()];
    b.merge(a.add("x"));
    const removal = b.remove("x");
    b.add("x");
    expect([b.has("x"), b.size]).toEqual([false, 0]);
    a.merge(removal);
    expect(a.has("x")).toBe(false);
  });

  test("a remove of what is not in it does nothing", () => {
    const set = new TwoPhaseSet<string>();
    expect(set.remove("x")).toEqual({ added: [], removed: [] });
    set.add("x");
    expect(set.has("x")).toBe(true);
  });

  test("a state that removes what it never added keeps the size true", () => {
    const set = new TwoPhaseSet<string>();
    set.merge({ added: [], removed: ["x"] });
    expect([set.size, [...set.values()]]).toEqual([0, []]);
  });
});
