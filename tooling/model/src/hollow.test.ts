import { describe, expect, test } from "vitest";
import { explore } from "./explore.ts";
import { type HollowRule, type HollowWorld, hollowModel } from "./hollow.ts";

const honest: HollowWorld = { nodes: 3, operations: 2, hasLiar: false };
const withLiar: HollowWorld = { nodes: 3, operations: 2, hasLiar: true };
const four: HollowWorld = { nodes: 4, operations: 2, hasLiar: false };
/** Some ten minutes, and gigabytes: on demand. The first has 5,557,785 states. */
const large: readonly HollowWorld[] =
  process.env.MODEL === "large"
    ? [
        { nodes: 3, operations: 4, hasLiar: false },
        { nodes: 3, operations: 3, hasLiar: true },
        { nodes: 4, operations: 2, hasLiar: true },
      ]
    : [];

describe("batches without operations", () => {
  for (const world of [honest, withLiar, four, ...large]) {
    const { nodes, operations, hasLiar } = world;
    const who = `${nodes} nodes${hasLiar ? ", one of which lies" : ""}`;
    test(`nothing is lost, and nothing comes back, in any order of ${operations} operations of ${who}`, {
      timeout: 3_600_000,
    }, () => {
      const explored = explore(hollowModel("witnesses", world), 8_000_000);
      expect(explored.broken).toBeUndefined();
      expect(explored.states).toBeGreaterThan(1400);
    });
  }

  const loosened: readonly (readonly [HollowRule, HollowWorld, RegExp])[] = [
    ["empty alone", honest, /never catches up/],
    ["empty what waits", honest, /was removed and lives/],
    ["giver alone", withLiar, /is lost/],
    ["one word is enough", { ...withLiar, operations: 3 }, /is lost/],
    ["absent is spent", { ...honest, operations: 3 }, /is lost/],
    ["never compare", honest, /stays in doubt/],
    ["compare once", honest, /was removed and lives/],
    ["ask anybody", four, /was removed and lives/],
    ["pass over what came hollow", four, /was removed and lives/],
  ];
  for (const [rule, world, promise] of loosened) {
    test(`"${rule}" breaks a promise`, () => {
      expect(explore(hollowModel(rule, world)).broken?.promise).toMatch(promise);
    });
  }
});
