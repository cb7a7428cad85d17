import { describe, expect, test } from "vitest";
import type { KeyedRegistersState } from "../parts/keyed-registers.ts";
import { dotMapInternals, entryInternals } from "../testing/internals.ts";
import { maximal, testType } from "../testing/type-tests.ts";
import { RWSet } from "./rw-set.ts";

describe("RWSet", () => {
  testType<RWSet<number>, KeyedRegistersState<number, boolean>, { add: boolean; element: number }>({
    create: (node) => new RWSet(node),
    mutate: (set, choice) => {
      const op = { add: choice < 13, element: choice % 3 };
      return [op, op.add ? set.add(op.element) : set.remove(op.element)];
    },
    merge: (set, state) => set.merge(state),
    state: (set) => set.state,
    read: (set) => [[...set.values()].sort(), set.size],
    internals: (state) => dotMapInternals(state, entryInternals),
    // In the set is what was written, and where every remove was seen by a later write.
    meaning: (done) => {
      const elements = [0, 1, 2].filter((element) => {
        const last = maximal(done.filter(({ op }) => op.element === element));
        return last.length > 0 && last.every(({ op }) => op.add);
      });
      return [elements, elements.length];
    },
  });

  test("a remove wins against an add that did not see it, and not against one that did", () => {
    const [a, b] = [new RWSet<string>("a"), new RWSet<string>("b")];
    b.merge(a.add("guest"));
    const removal = b.remove("guest");
    a.add("guest");
    a.merge(removal);
    expect(a.has("guest")).toBe(false);
    b.merge(a.add("guest"));
    expect([b.has("guest"), b.size]).toEqual([true, 1]);
  });

  test("a remove of what is not here yet keeps it away", () => {
    const [a, b] = [new RWSet<string>("a"), new RWSet<string>("b")];
    const removal = b.remove("guest");
    a.add("guest");
    a.merge(removal);
    expect([...a.values()]).toEqual([]);
  });
});
