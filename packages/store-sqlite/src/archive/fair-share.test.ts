import { expect, test } from "vitest";
import { FairShare } from "./fair-share.ts";

test("a run now and then costs the least pause", () => {
  const share = new FairShare();
  for (let now = 0; now < 10_000; now += 1_000) expect(share.pauseAfter(20, "now", now)).toBe(10);
});

test.each([
  { more: false, times: 48 },
  { more: true, times: 4 },
])("who writes all the time has the file for $times times as long as we", ({ more, times }) => {
  const share = new FairShare();
  let held = 0;
  let now = 0;
  for (let run = 0; run < 1000; run++) {
    now += 25;
    held += 25;
    now += share.pauseAfter(25, "now", now, more);
  }
  expect(now / held).toBeGreaterThan(times);
  expect(now / held).toBeLessThan(times + 2);
});

test("nobody waits when nobody else writes, nor for ever on a slow disk", () => {
  const share = new FairShare();
  expect(share.pauseAfter(500, "none", 0)).toBe(0);
  expect(share.pauseAfter(1500, "lately", 10_000)).toBe(100);
  expect(share.pauseAfter(5000, "now", 20_000)).toBe(2_000);
  // What was owed is forgiven.
  expect(share.pauseAfter(1, "now", 30_000)).toBe(10);
});

test("what is written through the node in quick succession waits less than it takes, once the other writer rests", () => {
  const share = new FairShare();
  let paused = 0;
  for (let run = 0, now = 0; run < 100; run++) {
    now += 3;
    const pause = share.pauseAfter(3, "lately", now);
    paused += pause;
    now += pause;
  }
  expect(paused).toBeLessThanOrEqual(300);
});

test("a program that waits for the file gets in, whoever was seen to write it", () => {
  for (const otherWriter of ["none", "lately", "now"] as const) {
    const share = new FairShare();
    let now = 0;
    let shutSince = 0;
    for (let run = 0; run < 200; run++) {
      now += 400;
      const pause = share.pauseAfter(400, otherWriter, now);
      expect(now - shutSince).toBeLessThan(3_000);
      now += pause;
      // As SQLite's busy handler looks: every tenth of a second.
      if (pause > 105) shutSince = now;
    }
  }
});

test("who finds the file free for half of the time is let in without a pause", () => {
  const share = new FairShare();
  for (let now = 0; now < 20_000; now += 8) expect(share.pauseAfter(3, "none", now)).toBe(0);
});

test("what was a pause anyway is not made longer", () => {
  const share = new FairShare();
  for (let now = 0; now < 20_000; now += 500) expect(share.pauseAfter(300, "none", now)).toBe(0);
});
