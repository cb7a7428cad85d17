import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CrdtError } from "./error.ts";
import { HybridClock, hlcAt, hlcEpoch, hlcTime } from "./hlc.ts";
import "./testing/seed.ts";

const start = Date.UTC(2026, 0, 1);

/** A clock whose time the test sets. */
function clockAt(unixMs: number) {
  const time = { now: unixMs };
  return { time, clock: new HybridClock(() => time.now) };
}

describe("an HLC", () => {
  test("is a safe integer until 2089, and says its time", () => {
    const last = Date.UTC(2089, 0, 1);
    expect(Number.isSafeInteger(hlcAt(last))).toBe(true);
    expect(hlcTime(hlcAt(last))).toBe(last);
    expect(hlcTime(hlcAt(start) + 4095)).toBe(start);
  });

  test("is at least 1, whatever the time", () => {
    for (const early of [0, -1e15, hlcEpoch - 1, hlcEpoch]) expect(hlcAt(early)).toBe(1);
  });
});

describe("the clock", () => {
  test("ticks with the time", () => {
    const { time, clock } = clockAt(start);
    expect(clock.tick()).toBe(hlcAt(start));
    time.now += 5;
    expect(clock.tick()).toBe(hlcAt(start + 5));
  });

  test("carries its counter into the milliseconds when one is full", () => {
    const { clock } = clockAt(start);
    for (let i = 0; i < 4096; i++) clock.tick();
    expect(clock.last).toBe(hlcAt(start) + 4095);
    expect(hlcTime(clock.tick())).toBe(start + 1);
  });

  test("never decreases, however time and other clocks jump", () => {
    const event = fc.oneof(
      fc.record({ do: fc.constant("time" as const), ms: fc.integer({ min: -100_000, max: 100_000 }) }),
      fc.record({ do: fc.constant("tick" as const), ms: fc.constant(0) }),
      fc.record({ do: fc.constant("stamp" as const), ms: fc.integer({ min: -200_000, max: 200_000 }) }),
      fc.record({ do: fc.constant("observe" as const), ms: fc.integer({ min: -50_000, max: 50_000 }) }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 50 }), (events) => {
        const { time, clock } = clockAt(start);
        for (const one of events) {
          const before = clock.last;
          if (one.do === "time") time.now += one.ms;
          else if (one.do === "observe") {
            clock.observe(hlcAt(start + one.ms));
            expect(clock.last).toBe(Math.max(before, hlcAt(start + one.ms)));
          } else {
            const stamp = one.do === "tick" ? clock.tick() : clock.stamp(time.now + one.ms);
            expect(stamp).toBeGreaterThan(before);
            expect(stamp).toBe(clock.last);
          }
        }
      }),
    );
  });

  test("stamps the past with its own time, and the future with now", () => {
    const { clock } = clockAt(start);
    expect(clock.stamp(start - 1000)).toBe(hlcAt(start - 1000));
    expect(clock.stamp(start + 1000)).toBe(hlcAt(start));
  });

  test("stamps what lies before its last stamp right after it", () => {
    const { clock } = clockAt(start);
    const last = clock.tick();
    expect(clock.stamp(start - 60_000)).toBe(last + 1);
  });

  test("goes on from where it was", () => {
    const last = hlcAt(start + 60_000);
    const clock = new HybridClock(() => start, last);
    expect(clock.tick()).toBe(last + 1);
  });

  test("says so when it is exhausted, and does not move", () => {
    const clock = new HybridClock(() => start, Number.MAX_SAFE_INTEGER);
    expect(() => clock.tick()).toThrow(CrdtError);
    expect(clock.last).toBe(Number.MAX_SAFE_INTEGER);
  });

  test("takes no notice of what is no stamp", () => {
    const { clock } = clockAt(start);
    clock.tick();
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 0.5, 2 ** 53, -1]) {
      expect(() => clock.observe(bad)).toThrow(CrdtError);
    }
    expect(clock.last).toBe(hlcAt(start));
  });

  test("refuses a time that is none", () => {
    const { clock } = clockAt(start);
    expect(() => clock.stamp(Number.NaN)).toThrow(CrdtError);
    expect(clock.last).toBe(0);
  });
});
