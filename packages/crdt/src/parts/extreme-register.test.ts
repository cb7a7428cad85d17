import { describe, expect, test } from "vitest";
import { MaxRegister } from "../containers/max-register.ts";
import { MinRegister } from "../containers/min-register.ts";
import { codeOf } from "../testing/code-of.ts";
import { registerInternals } from "../testing/internals.ts";
import { testType } from "../testing/type-tests.ts";
import type { Ordered } from "./extreme-register.ts";
import type { RegisterState } from "./register-writes.ts";

describe.each([
  { Register: MaxRegister, best: Math.max, steps: [3, 7], bigger: 2n ** 53n + 1n },
  { Register: MinRegister, best: Math.min, steps: [7, 3], bigger: -(2n ** 53n) - 1n },
])("$Register.name", ({ Register, best, steps, bigger }) => {
  testType<MaxRegister | MinRegister, RegisterState<number>, number>({
    create: (node) => new Register(node),
    mutate: (register, choice) => [choice, register.set(choice)],
    merge: (register, state) => register.merge(state),
    state: (register) => register.state,
    read: (register) => register.value ?? null,
    internals: registerInternals,
    meaning: (done) => (done.length === 0 ? null : best(...done.map(({ op }) => op))),
  });

  test("writes only what changes what is read", () => {
    const register = new Register("a");
    const [worse, better] = steps as [number, number];
    register.set(better);
    for (const value of [worse, better]) expect(register.set(value).entries).toEqual([]);
    expect(register.state.context.toJSON()).toEqual({ a: [1] });
  });

  test("compares numbers with bigints exactly", () => {
    const register = new Register<Ordered>("a");
    register.set(bigger < 0n ? -(2 ** 53) : 2 ** 53);
    register.set(bigger);
    expect(register.value).toBe(bigger);
  });

  test("refuses what has no order, and no one sign, also from others", () => {
    const register = new Register("a");
    register.set(5);
    for (const value of [Number.NaN, -0, "9" as unknown as number]) {
      expect(codeOf(() => register.set(value))).toBe("invalid-value");
      const entries = [{ dot: { log: "b", seq: 1 }, stamp: 1, value }];
      expect(codeOf(() => register.merge({ ...register.state, entries }))).toBe("invalid-value");
    }
    expect(register.value).toBe(5);
  });
});
