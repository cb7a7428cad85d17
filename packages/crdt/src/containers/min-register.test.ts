import { describe, expect, test } from "vitest";
import type { RegisterState } from "../parts/register-writes.ts";
import { codeOf } from "../testing/code-of.ts";
import { registerInternals } from "../testing/internals.ts";
import { testType } from "../testing/type-tests.ts";
import { MinRegister } from "./min-register.ts";

describe("MinRegister", () => {
  testType<MinRegister, RegisterState<number>, number>({
    create: (node) => new MinRegister(node),
    mutate: (register, choice) => [choice, register.set(choice)],
    merge: (register, state) => register.merge(state),
    state: (register) => register.state,
    read: (register) => register.value ?? null,
    internals: registerInternals,
    meaning: (done) => (done.length === 0 ? null : Math.min(...done.map(({ op }) => op))),
  });

  test("writes only what changes what is read", () => {
    const register = new MinRegister("a");
    register.set(3);
    for (const value of [7, 3]) expect(register.set(value).entries).toEqual([]);
    expect(register.state.context.toJSON()).toEqual({ a: [1] });
  });

  test("compares numbers with bigints exactly", () => {
    const register = new MinRegister<number | bigint>("a");
    const [low, high] = [2 ** 53, 2n ** 53n + 1n];
    register.set(high);
    register.set(low);
    expect(register.value).toBe(low);
  });

  test("refuses what has no order, and no one sign, also from others", () => {
    const register = new MinRegister("a");
    register.set(5);
    for (const value of [Number.NaN, -0, "9" as unknown as number]) {
      expect(codeOf(() => register.set(value))).toBe("invalid-value");
      const entries = [{ dot: { log: "b", seq: 1 }, stamp: 1, value }];
      expect(codeOf(() => register.merge({ ...register.state, entries }))).toBe("invalid-value");
    }
    expect(register.value).toBe(5);
  });
});
