import { expect, test } from "vitest";
import { Timeline } from "./timeline.ts";

test("events run in order of time, then of their making, and what they start runs out before the next", async () => {
  const timeline = new Timeline();
  const seen: string[] = [];
  timeline.at(20, () => seen.push("c"));
  timeline.at(10, async () => {
    await Promise.resolve();
    seen.push("a");
    await timeline.sleep(5);
    seen.push(`b at ${timeline.now}`);
  });
  timeline.at(20, () => seen.push("d"));
  timeline.at(12, () => seen.push("never"))();
  await timeline.runUntil(19);
  expect(seen).toEqual(["a", "b at 15"]);
  expect(timeline.now).toBe(19);
  await timeline.runUntil(20);
  expect(seen.slice(2)).toEqual(["c", "d"]);
});

test("what never comes to rest is ended", async () => {
  const timeline = new Timeline(1000);
  timeline.after(0, function again() {
    timeline.after(0, again);
  });
  await expect(timeline.runUntil(1)).rejects.toThrow("there is no rest");
});
