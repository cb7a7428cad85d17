import { describe, expect, test } from "vitest";
import { codeOf } from "../testing/code-of.ts";
import { dotMapInternals } from "../testing/internals.ts";
import { testType } from "../testing/type-tests.ts";
import { Real, type Value } from "../value.ts";
import { ORSet, type ORSetState } from "./or-set.ts";

describe("ORSet", () => {
  testType<ORSet<number>, ORSetState<number>, { add: boolean; element: number }>({
    create: (node) => new ORSet(node),
    mutate: (set, choice) => {
      const op = { add: choice < 13, element: choice % 3 };
      return [op, op.add ? set.add(op.element) : set.remove(op.element)];
    },
    merge: (set, state) => set.merge(state),
    state: (set) => set.state,
    read: (set) => [...set.values()].sort(),
    internals: (state) => dotMapInternals(state, (dot) => [dot.log, dot.seq]),
    // In the set is what has an add that no remove of it has seen.
    meaning: (done) =>
      [0, 1, 2].filter((element) => {
        const ours = done.filter(({ op }) => op.element === element);
        return ours.some(({ op, id }) => op.add && !ours.some((one) => !one.op.add && one.saw.has(id)));
      }),
  });

  test("an add wins against a remove that did not see it", () => {
    const [a, b] = [new ORSet<string>("a"), new ORSet<string>("b")];
    b.merge(a.add("x"));
    const removal = b.remove("x");
    a.add("x");
    a.merge(removal);
    expect(a.has("x")).toBe(true);
    b.merge(a.state);
    expect(b.has("x")).toBe(true);
  });

  test("a remove that arrives before its add removes it", () => {
    const [a, b, c] = [new ORSet<string>("a"), new ORSet<string>("b"), new ORSet<string>("c")];
    const added = a.add("x");
    b.merge(added);
    c.merge(b.remove("x"));
    c.merge(added);
    expect(c.has("x")).toBe(false);
  });

  test("leaves nothing behind of what was removed", () => {
    const one = new ORSet<number>("a");
    for (let i = 0; i < 1000; i++) {
      one.add(i);
      one.remove(i);
    }
    expect([one.size, [...one.state.cells].length, one.state.context.toJSON()]).toEqual([
      0,
      0,
      { a: [1000] },
    ]);
  });

  test("elements are the same if their bytes are", () => {
    const one = new ORSet<Value>("a");
    for (const element of [1, new Real(1), { b: 1, a: 2 }, { a: 2, b: 1 }]) one.add(element);
    expect(one.size).toBe(3);
  });

  test("refuses an element beyond its limit", () => {
    expect(codeOf(() => new ORSet<string>("a").add("x".repeat(2000)))).toBe("too-large");
  });
});
