import { expect, it } from "vitest";
import { horizons, type Member } from "./horizon.ts";

const nodeOf = (n: number) => `0000000${n}-0000-4000-8000-000000000000`;
const log = `${nodeOf(1)}:0000000000000000`;
const day = 86_400_000;
const now = 100 * day;

function horizonOf(...members: readonly Member[]) {
  const [horizon] = horizons({
    now,
    leaseMs: 30 * day,
    interpreted: new Map([[log, { through: 10 }]]),
    members,
  });
  return horizon!;
}

const member = (n: number, through: number, daysAgo: number, after = 0): Member => ({
  node: nodeOf(n),
  seenAt: now - daysAgo * day,
  interpreted: new Map([[log, { after, through }]]),
});

it("collects nothing alone", () => {
  expect(horizonOf()).toMatchObject({ settled: 0, heldBy: [], lacksWitness: true });
});

it("waits for every member whose lease runs", () => {
  expect(horizonOf(member(2, 10, 1), member(3, 4, 29))).toMatchObject({ settled: 4, heldBy: [nodeOf(3)] });
  expect(horizonOf(member(2, 10, 1), member(3, 4, 31))).toMatchObject({ settled: 10, heldBy: [] });
});

it("needs somebody else, however long expired", () => {
  expect(horizonOf(member(2, 7, 90), member(3, 0, 90))).toMatchObject({ settled: 7, lacksWitness: true });
});

it("takes an author to have interpreted what it wrote, and nobody to be beyond what is interpreted here", () => {
  expect(horizonOf(member(1, 0, 1))).toMatchObject({ settled: 10, lacksWitness: false });
  expect(horizonOf(member(2, 99, 1))).toMatchObject({ settled: 10 });
});

it("takes nobody for a witness of what he has taken hollow himself", () => {
  expect(horizonOf(member(2, 10, 1, 6))).toMatchObject({ settled: 10, unwitnessed: 6 });
  expect(horizonOf(member(2, 10, 1, 6), member(3, 10, 90, 2))).toMatchObject({ settled: 10, unwitnessed: 2 });
});
