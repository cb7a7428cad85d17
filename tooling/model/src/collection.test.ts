import { describe, expect, test } from "vitest";
import { type CollectionRule, collectionModel } from "./collection.ts";
import { explore } from "./explore.ts";

const honest = { operations: 3, hasLiar: false };
const withLiar = { operations: 2, hasLiar: true };

describe("what may be thrown away, and state transfer", () => {
  test("nothing is lost and nothing comes back in any order of events", () => {
    const explored = explore(collectionModel("witnesses", honest));
    expect(explored.broken).toBeUndefined();
    expect(explored.states).toBeGreaterThan(5000);
  });

  test("one member that lies cannot make the others lose anything", () => {
    expect(explore(collectionModel("witnesses", withLiar)).broken).toBeUndefined();
  });

  const loosened: readonly (readonly [CollectionRule, typeof honest, RegExp])[] = [
    ["any second member", withLiar, /is lost/],
    ["one word is enough", withLiar, /is lost/],
    ["collect alone", honest, /never catches up/],
    ["wipe what is absent", honest, /is lost/],
    ["forget unsent batches", honest, /never catches up/],
  ];
  for (const [rule, world, promise] of loosened) {
    test(`"${rule}" breaks a promise`, () => {
      expect(explore(collectionModel(rule, world)).broken?.promise).toMatch(promise);
    });
  }
});
