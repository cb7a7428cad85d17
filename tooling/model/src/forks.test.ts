import { describe, expect, test } from "vitest";
import { explore } from "./explore.ts";
import { type ForkRule, forkModel } from "./forks.ts";

describe("a log that two instances have written", () => {
  test("the designed rules lose nothing, double nothing and converge in every order of events", () => {
    const explored = explore(forkModel("designed"));
    expect(explored.broken).toBeUndefined();
    // A model in which little can happen would prove little.
    expect(explored.states).toBeGreaterThan(5000);
  });

  const loosened: readonly (readonly [ForkRule, RegExp])[] = [
    ["abandon without fork proof", /is back/],
    ["own branch only", /is lost/],
    ["first come", /show different values/],
    ["smaller branch stays", /is lost/],
    ["no origin", /counts 2 times/],
  ];
  for (const [rule, promise] of loosened) {
    test(`"${rule}" breaks a promise`, () => {
      const { broken } = explore(forkModel(rule));
      expect(broken?.promise).toMatch(promise);
    });
  }
});
