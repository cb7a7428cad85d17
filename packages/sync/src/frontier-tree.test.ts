import { testCrypto } from "@jarvis-crdt/batch/testing";
import { expect, test } from "vitest";
import { bucketSize, FrontierTree, type Prefix } from "./frontier-tree.ts";
import { logName, seeded } from "./testing/fake.ts";

const { hasher } = testCrypto();
const entry = (seq: number, variant = 0) => ({ seq, batch: new Uint8Array(32).fill(variant) });
const root = new Uint8Array(0);

test("its hash depends on what it holds, not on how it came there", () => {
  const random = seeded(5);
  const all = Array.from({ length: 200 }, (_, i) => [logName(i), entry(i + 1)] as const);
  const straight = FrontierTree.of(new Map(all), hasher);
  let crooked = FrontierTree.of(new Map(), hasher);
  const shuffled = [...all].sort(() => random() - 0.5);
  for (const [log, { seq }] of shuffled) if (seq % 2) crooked = crooked.with(new Map([[log, entry(1, 9)]]));
  for (const [log, one] of shuffled) crooked = crooked.with(new Map([[log, one]]));
  expect(crooked.summary(root)).toEqual(straight.summary(root));
  expect(new Map(crooked)).toEqual(new Map(all));
  expect([crooked.size, crooked.operations]).toEqual([200, (200 * 201) / 2]);
  expect(crooked.with(new Map([[logName(7), entry(8, 1)]])).summary(root)).not.toEqual(
    straight.summary(root),
  );
});

test("a tree is not changed by what is made of it", () => {
  const one = FrontierTree.of(new Map([[logName(1), entry(1)]]), hasher);
  const before = one.summary(root);
  one.with(new Map([[logName(1), entry(2)]]));
  expect(one.summary(root)).toEqual(before);
  expect(one.get(logName(1))).toEqual(entry(1));
});

test("a place with more logs than a bucket takes is divided, and its parts hold what it holds", () => {
  const tree = FrontierTree.of(
    new Map(Array.from({ length: 400 }, (_, i) => [logName(i), entry(1)])),
    hasher,
  );
  const check = (prefix: Prefix): number => {
    const { count } = tree.summary(prefix);
    expect([...tree.below(prefix)]).toHaveLength(count);
    if (count > bucketSize) {
      const parts = tree.children(prefix);
      expect(parts.reduce((sum, part) => sum + part.count, 0)).toBe(count);
      for (let i = 0; i < 16; i++) expect(check(Uint8Array.of(...prefix, i))).toBe(parts[i]!.count);
    }
    return count;
  };
  expect(check(root)).toBe(400);
});

test("an empty tree is nothing", () => {
  const tree = FrontierTree.of(new Map(), hasher);
  expect(tree.summary(root)).toEqual({ count: 0, hash: new Uint8Array(32) });
  expect(tree.get(logName(1))).toBeUndefined();
});
