import { describe, expect, test } from "vitest";
import { dotMapInternals } from "../testing/internals.ts";
import { testType } from "../testing/type-tests.ts";
import { EWFlag } from "./ew-flag.ts";
import type { ORSetState } from "./or-set.ts";

describe("EWFlag", () => {
  testType<EWFlag, ORSetState<true>, boolean>({
    create: (node) => new EWFlag(node),
    mutate: (flag, choice) => (choice % 2 === 0 ? [true, flag.enable()] : [false, flag.disable()]),
    merge: (flag, state) => flag.merge(state),
    state: (flag) => flag.state,
    read: (flag) => flag.value,
    internals: (state) => dotMapInternals(state, (dot) => [dot.log, dot.seq]),
    // Enabled while there is an enable that no disable has seen.
    meaning: (done) => done.some(({ op, id }) => op && !done.some((one) => !one.op && one.saw.has(id))),
  });

  test("to enable again saves it from a concurrent disable", () => {
    const [a, b] = [new EWFlag("a"), new EWFlag("b")];
    b.merge(a.enable());
    const off = b.disable();
    expect(b.value).toBe(false);
    a.enable();
    a.merge(off);
    expect(a.value).toBe(true);
  });
});
