import { hlcAt } from "@jarvis-crdt/crdt";
import { expect, test } from "vitest";
import { ClockWatch } from "./clock-watch.ts";

const day = 86_400_000;
const start = Date.UTC(2026, 0, 1);
const peer = (index: number) => `00000000-0000-4000-8000-00000000000${index}`;

/** A watch, and peers whose clocks are so many ms ahead of the right time. */
function watched(...ahead: readonly number[]) {
  const time = { now: start, elapsed: 5_000_000 };
  const watch = new ClockWatch({ now: () => time.now, elapsed: () => time.elapsed });
  for (const [index, ms] of ahead.entries()) watch.heard(peer(index), hlcAt(start + ms));
  return { time, watch };
}

test.each([
  ["nobody", [], "unknown"],
  ["one who differs", [day], "unknown"],
  ["one who agrees", [30_000], "agreed"],
  ["two who agree with each other against it", [day, day + 59_000], "contradicted"],
  ["two who differ from it and from each other", [day, -day], "unknown"],
  ["two against it, and one who agrees with it", [day, day, 0], "agreed"],
  ["three against it, and one who agrees with it", [day, day, day, 0], "contradicted"],
  ["one against it, and one who agrees with it", [-day, 1_000], "agreed"],
] as const)("by %s", (_, ahead, kind) => {
  expect(watched(...ahead).watch.verdict.kind).toBe(kind);
});

test("a clock that is set is contradicted at once, and no more when it is set right", () => {
  const { time, watch } = watched(0, 1_000);
  expect(watch.hasStepped()).toBe(false);
  time.now += 3650 * day;
  expect(watch.verdict).toMatchObject({ kind: "contradicted", peers: [peer(1), peer(0)] });
  expect(Math.round(watch.verdict.aheadMs / day)).toBe(3650);
  expect([watch.hasStepped(), watch.hasStepped()]).toEqual([true, false]);
  time.now -= 3651 * day;
  expect(Math.round(watch.verdict.aheadMs / day)).toBe(-1);
  time.now += day;
  expect(watch.verdict.kind).toBe("agreed");
});

test("while the machine sleeps its clock and what peers showed go on alike", () => {
  const { time, watch } = watched(0, 1_000);
  time.now += 10 * 3_600_000;
  time.elapsed += 10 * 3_600_000;
  expect([watch.verdict.kind, watch.hasStepped()]).toEqual(["agreed", false]);
});

test("what a peer showed is forgotten after a day, and replaced by what it shows later", () => {
  const { time, watch } = watched(day, day);
  watch.heard(peer(1), hlcAt(start));
  expect(watch.verdict.kind).toBe("agreed");
  time.now += 2 * day;
  time.elapsed += 2 * day;
  expect(watch.verdict.kind).toBe("unknown");
});
