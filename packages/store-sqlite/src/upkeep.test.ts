import { expect, it } from "vitest";
import { Upkeep } from "./upkeep.ts";

const digest = { digest: new Uint8Array(32), rows: 0, cells: 0 };

/** A state with some steps to do, and a timer that fires when told. */
function world(steps: number, rounds = 0) {
  const broken = steps < 0;
  const calls: string[] = [];
  const timers: { callback: () => void; ms: number }[] = [];
  let change: () => void = () => {};
  const errors: unknown[] = [];
  const upkeep = new Upkeep(
    {
      subscribe: (listener) => {
        change = () => listener([]);
        return () => {
          change = () => {};
        };
      },
      stepDigest: () => {
        calls.push("step");
        if (broken) throw new Error("disk full");
        return steps-- > 0 ? undefined : digest;
      },
      archive: { hasWork: () => rounds-- > 0 },
      rest: () => calls.push("rest") < 0,
    },
    {
      timer: (callback, ms) => {
        const entry = { callback, ms };
        timers.push(entry);
        return () => timers.splice(timers.indexOf(entry), 1);
      },
      onError: (error) => errors.push(error),
    },
  );
  const fire = () => timers.shift()?.callback();
  return { upkeep, calls, timers, errors, fire, change: () => change() };
}

it("steps until the digest is complete, then rests", () => {
  const { calls, fire, timers } = world(2);
  while (timers.length > 0) fire();
  expect(calls).toEqual(["step", "step", "step", "rest"]);
});

it("does not rest while the archive has something to show", () => {
  const { calls, fire, timers } = world(0, 2);
  while (timers.length > 0) fire();
  expect(calls).toEqual(["step", "step", "step", "rest"]);
});

it("waits for quiet after every change", () => {
  const { calls, fire, timers, change } = world(2);
  fire();
  change();
  change();
  expect(timers.map(({ ms }) => ms)).toEqual([50]);
  expect(calls).toEqual(["step"]);
});

it("tells of an error and waits for the next change", () => {
  const { errors, fire, timers, change } = world(-1);
  fire();
  expect(errors).toHaveLength(1);
  expect(timers).toEqual([]);
  change();
  expect(timers).toHaveLength(1);
});

it("does nothing once stopped", () => {
  const { upkeep, timers, change } = world(1);
  upkeep.stop();
  change();
  expect(timers).toEqual([]);
});
