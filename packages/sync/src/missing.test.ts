import fc from "fast-check";
import { expect, test } from "vitest";
import { missing } from "./missing.ts";
import { logName } from "./testing/fake.ts";

const entry = (seq: number, variant = 0) => ({ seq, batch: new Uint8Array(32).fill(variant) });

test("names what is lacked, from where to where", () => {
  const mine = new Map([
    [logName(1), entry(5)],
    [logName(2), entry(3)],
    [logName(3), entry(9)],
  ]);
  const theirs = new Map([
    [logName(1), entry(2)],
    [logName(2), entry(3)],
    [logName(4), entry(7)],
  ]);
  expect(missing(mine, theirs)).toEqual({
    lacks: [
      { log: logName(1), after: 2, through: 5 },
      { log: logName(3), after: 0, through: 9 },
    ],
    forks: [],
  });
});

test("equal sequences with different batches are a fork, unequal ones prove nothing", () => {
  const mine = new Map([
    [logName(1), entry(5, 1)],
    [logName(2), entry(5, 1)],
  ]);
  const theirs = new Map([
    [logName(1), entry(5, 2)],
    [logName(2), entry(6, 2)],
  ]);
  expect(missing(mine, theirs)).toEqual({ lacks: [], forks: [{ log: logName(1), seq: 5 }] });
});

const frontier = fc
  .dictionary(fc.nat({ max: 6 }).map(String), fc.integer({ min: 1, max: 9 }))
  .map((seqs) => new Map(Object.entries(seqs).map(([i, seq]) => [logName(Number(i)), entry(seq)] as const)));

test("what one lacks plus what it has is the union", () => {
  fc.assert(
    fc.property(frontier, frontier, (mine, theirs) => {
      const filled = new Map(theirs);
      for (const { log, after, through } of missing(mine, theirs).lacks) {
        expect(after).toBe(theirs.get(log)?.seq ?? 0);
        filled.set(log, entry(through));
      }
      expect(missing(mine, filled).lacks).toEqual([]);
      for (const [log, one] of theirs) expect(filled.get(log)!.seq).toBeGreaterThanOrEqual(one.seq);
    }),
  );
});
