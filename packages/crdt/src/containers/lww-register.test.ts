import { describe, expect, test } from "vitest";
import type { RegisterState } from "../parts/register-writes.ts";
import { registerInternals } from "../testing/internals.ts";
import { latest } from "../testing/latest.ts";
import { maximal, testType } from "../testing/type-tests.ts";
import { LWWRegister } from "./lww-register.ts";

describe("LWWRegister", () => {
  testType<LWWRegister<number>, RegisterState<number>, { value: number; stamp: number }>({
    create: (node) => new LWWRegister(node),
    mutate: (register, choice) => {
      const op = { value: choice, stamp: 1 + (choice % 4) };
      return [op, register.set(op.value, op.stamp)];
    },
    merge: (register, state) => register.merge(state),
    state: (register) => register.state,
    read: (register) => [register.value ?? null, register.siblings.length],
    internals: registerInternals,
    meaning: (done) => [latest(maximal(done))?.op.value ?? null, maximal(done).length],
  });

  test("a write that saw the other wins, whatever its stamp", () => {
    const [a, b] = [new LWWRegister<string>("a"), new LWWRegister<string>("b")];
    b.merge(a.set("first", 900));
    b.set("second", 1);
    a.merge(b.state);
    expect(a.value).toBe("second");
    expect(a.siblings.length).toBe(1);
  });

  test("of two that did not see each other the later wins, and the other stays until the next write", () => {
    const [a, b] = [new LWWRegister<string>("a"), new LWWRegister<string>("b")];
    const one = a.set("one", 1);
    b.set("two", 2);
    b.merge(one);
    a.merge(b.state);
    expect([a.value, b.value]).toEqual(["two", "two"]);
    expect(a.siblings.map((entry) => entry.value)).toEqual(["one", "two"]);
    b.merge(a.set("three", 1));
    expect([b.value, b.siblings.length]).toEqual(["three", 1]);
  });

  test("equal stamps are decided by the author's name", () => {
    const [a, b] = [new LWWRegister<string>("a"), new LWWRegister<string>("b")];
    a.merge(b.set("b", 5));
    const c = new LWWRegister<string>("c");
    c.merge(new LWWRegister<string>("a").set("a", 5));
    c.merge(b.state);
    expect(c.value).toBe("b");
  });
});
