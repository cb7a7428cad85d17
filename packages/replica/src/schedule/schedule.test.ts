import { expect, test } from "vitest";
import { Activity } from "./activity.ts";
import { adaptiveInterval } from "./interval.ts";
import { Schedule } from "./schedule.ts";

test.each([
  ["critical", 1, 1, 2],
  ["high", 10, 5, 20],
  ["normal", 60, 30, 120],
  ["low", 300, 150, 600],
] as const)("%s changes wait %i s, much activity %i, little %i", (priority, usual, much, little) => {
  expect(adaptiveInterval(priority, 10)).toBe(usual);
  expect(adaptiveInterval(priority, 100)).toBe(usual);
  expect(adaptiveInterval(priority, 101)).toBe(much);
  expect(adaptiveInterval(priority, 9)).toBe(little);
});

test("activities count for a minute", () => {
  const activity = new Activity();
  activity.add(5, 1_000_000);
  activity.add(7, 1_030_000);
  expect(activity.recent(1_059_000)).toBe(12);
  expect(activity.recent(1_061_000)).toBe(7);
  activity.add(1, 1_000_000);
  expect(activity.recent(1_061_000)).toBe(8);
  expect(activity.recent(9_000_000)).toBe(0);
});

test("a lazy node synchronises after its changes, not before, and once for many", () => {
  const schedule = new Schedule({ kind: "lazy", priority: "normal" });
  expect(schedule.due(0)).toEqual([]);
  schedule.changed("a", 50, "normal", 0);
  schedule.changed("a", 1, "normal", 30_000);
  expect(schedule.due(59_999)).toEqual([]);
  expect(schedule.due(60_000)).toEqual(["a"]);
  expect(schedule.due(10_000_000)).toEqual([]);
});

test("much activity halves the time, little doubles it", () => {
  const schedule = new Schedule({ kind: "lazy", priority: "normal" });
  schedule.changed("busy", 101, "normal", 0);
  schedule.changed("quiet", 9, "normal", 0);
  expect(schedule.due(30_000)).toEqual(["busy"]);
  expect(schedule.due(119_999)).toEqual([]);
  expect(schedule.due(120_000)).toEqual(["quiet"]);
});

test("a more urgent change is not kept waiting by an earlier one, and is first in the queue", () => {
  const schedule = new Schedule({ kind: "lazy", priority: "low" });
  schedule.changed("a", 50, "low", 0);
  schedule.changed("b", 50, "low", 0);
  schedule.schedule("b", "critical", 5_000);
  expect(schedule.due(5_999)).toEqual([]);
  expect(schedule.due(400_000)).toEqual(["b", "a"]);
});

test("a scheduled node synchronises by the clock, whatever changes, as long as the peer is there", () => {
  const schedule = new Schedule({ kind: "scheduled", intervalMs: 5_000 });
  schedule.joined("a", 0);
  schedule.changed("a", 1_000, "normal", 10);
  expect(schedule.due(4_999)).toEqual([]);
  expect(schedule.due(12_000)).toEqual(["a"]);
  expect(schedule.due(16_999)).toEqual([]);
  expect(schedule.due(17_000)).toEqual(["a"]);
  schedule.left("a");
  expect(schedule.due(99_000)).toEqual([]);
});
