import { describe, expect, test } from "vitest";
import type { RegisterState } from "../parts/register-writes.ts";
import { registerInternals } from "../testing/internals.ts";
import { maximal, testType } from "../testing/type-tests.ts";
import { MVRegister } from "./mv-register.ts";

describe("MVRegister", () => {
  testType<MVRegister<number>, RegisterState<number>, number>({
    create: (node) => new MVRegister(node),
    mutate: (register, choice) => [choice, register.set(choice)],
    merge: (register, state) => register.merge(state),
    state: (register) => register.state,
    read: (register) => [...register.values].sort((a, b) => a - b),
    internals: registerInternals,
    meaning: (done) =>
      maximal(done)
        .map(({ op }) => op)
        .sort((a, b) => a - b),
  });

  test("keeps both of two, and one after it was decided", () => {
    const [a, b] = [new MVRegister<string>("a"), new MVRegister<string>("b")];
    a.set("red");
    b.set("blue");
    a.merge(b.state);
    expect(a.values).toEqual(["red", "blue"]);
    b.merge(a.set("violet"));
    expect(b.values).toEqual(["violet"]);
  });
});
