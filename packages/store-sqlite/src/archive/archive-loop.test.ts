import { expect, it } from "vitest";
import { ArchiveLoop, type Timer } from "./archive-loop.ts";
import { ArchiveError } from "./error.ts";
import type { Exchange } from "./exchange.ts";

const idle: Exchange = { outcome: "idle" };
const busy: Exchange = { outcome: "busy" };
const work: Exchange = {
  outcome: "done",
  drained: 1,
  unknown: 0,
  keyless: 0,
  captured: 1,
  evicted: 0,
  isSplit: false,
  unreplicable: [],
  shown: 0,
  refused: 0,
  more: false,
  otherWriter: "now",
  lockedMs: 1,
};

/** A loop whose timer fires when the test says so. */
function setUp(results: (Exchange | Error)[], versions: number[] = [], canWatch = false) {
  const pauses: number[] = [];
  const errors: unknown[] = [];
  const captures: Exchange[] = [];
  let captured = 0;
  let now = 0;
  let next: (() => void) | undefined;
  const timer: Timer = (callback, ms) => {
    pauses.push(ms);
    next = callback;
    return () => {
      next = undefined;
    };
  };
  const exchange = (): Exchange => {
    const result = results.shift() ?? idle;
    if (result instanceof Error) throw result;
    return result;
  };
  const last = versions.at(-1) ?? 0;
  const armed: boolean[] = [];
  let written = () => {};
  let looks = 0;
  const look = () => {
    looks++;
  };
  let rests = 0;
  const rest = () => {
    rests++;
  };
  const capture = () => {
    captured++;
    return captures.shift() ?? idle;
  };
  const loop = new ArchiveLoop(
    { exchange, capture, look, rest, version: () => versions.shift() ?? last },
    {
      timer,
      clock: () => now,
      onError: (error) => errors.push(error),
      watch: (told) => {
        written = told;
        return {
          arm: () => {
            armed.push(true);
            return canWatch;
          },
          disarm: () => armed.push(false),
        };
      },
    },
  );
  const fire = () => {
    const callback = next;
    next = undefined;
    now += pauses.at(-1) ?? 0;
    callback?.();
    return callback !== undefined;
  };
  return {
    loop,
    fire,
    pauses,
    errors,
    results,
    captures,
    captured: () => captured,
    rests: () => rests,
    looks: () => looks,
    /** The watch tells that the file was written. */
    written: () => written(),
    isWatching: () => armed.at(-1) ?? false,
  };
}

it("looks at once, pauses for other writers, and idles", () => {
  const { loop, fire, pauses } = setUp([work, { ...work, otherWriter: "none" }, busy, idle]);
  loop.start();
  for (let i = 0; i < 4; i++) fire();
  expect(pauses).toEqual([0, 10, 0, 10, 10]);
});

it("leaves the file to another writer, whatever comes meanwhile, and reads now and then what he writes", () => {
  const { loop, fire, results, captures, captured } = setUp([{ ...work, lockedMs: 70 }, work]);
  captures.push({ ...work, outcome: "captured", ms: 2 });
  loop.start();
  fire();
  for (let i = 0; i < 47; i++) {
    loop.wake();
    fire();
  }
  expect(results).toHaveLength(1);
  expect(captured()).toBe(28);
  fire();
  expect(results).toHaveLength(0);
});

it("waits for no turn to end when all shall be done at once", async () => {
  const { loop, fire, captured } = setUp([{ ...work, lockedMs: 190 }, work]);
  loop.start();
  fire();
  const drain = loop.drain();
  fire();
  await drain;
  expect(captured()).toBe(0);
});

it("lets another writer finish his burst first", () => {
  const { loop, fire, pauses, results } = setUp([work], [1, 1, 2, 3, 3]);
  loop.start();
  fire();
  results.push(work);
  fire();
  loop.wake();
  fire();
  expect(results).toHaveLength(1);
  fire();
  expect(results).toHaveLength(0);
  expect(pauses).toEqual([0, 10, 10, 10, 10]);
});

const captured: Exchange = { ...work, outcome: "captured", ms: 2 };

it("reads at once what is written after a time of calm, once, and locks the file when he pauses", () => {
  const calm = Array.from({ length: 31 }, () => 1);
  const { loop, fire, results, captures, captured: times } = setUp([], [...calm, 2, 3, 4, 4]);
  captures.push(captured, captured);
  loop.start();
  for (let i = 0; i < calm.length; i++) fire();
  expect(times()).toBe(0);
  fire();
  expect(times()).toBe(1);
  results.push(work);
  fire();
  fire();
  expect([times(), results.length]).toEqual([1, 1]);
  fire();
  expect([times(), results.length]).toEqual([1, 0]);
});

it("reads nothing of a file while it is being written, and then soon", () => {
  const calm = Array.from({ length: 31 }, () => 1);
  const writing = [Number.NaN, Number.NaN, Number.NaN];
  const { loop, fire, pauses, captures, captured: times, written } = setUp([], [...calm, ...writing, 2]);
  captures.push(captured);
  loop.start();
  for (let i = 0; i < calm.length; i++) fire();
  written();
  for (let i = 0; i < writing.length; i++) fire();
  expect(times()).toBe(0);
  fire();
  expect(times()).toBe(1);
  expect(pauses.slice(-5)).toEqual([1, 2, 4, 8, 10]);
});

it("looks soon when it is told that the file is written, and as usual when it is not", () => {
  const { loop, fire, pauses, written, isWatching } = setUp([]);
  loop.start();
  fire();
  expect(isWatching()).toBe(true);
  written();
  for (let i = 0; i < 4; i++) {
    written();
    fire();
  }
  expect(pauses).toEqual([0, 10, 1, 2, 4, 8, 10]);
  expect(isWatching()).toBe(true);
  fire();
  expect(pauses.at(-1)).toBe(10);
});

it.each([
  ["seldom where it is told of writes", true, 100],
  ["as before where it is told of none", false, 10],
])("looks, after a second in which nothing happened, %s", (_, canWatch, ms) => {
  const { loop, fire, pauses, written } = setUp([], [], canWatch);
  loop.start();
  for (let i = 0; i < 100; i++) fire();
  expect(pauses.at(-1)).toBe(10);
  for (let i = 0; i < 10; i++) fire();
  expect(pauses.at(-1)).toBe(ms);
  written();
  expect(pauses.at(-1)).toBe(1);
});

it("watches nobody who writes without end", () => {
  const versions = Array.from({ length: 40 }, (_, i) => i);
  const runs = Array.from({ length: 40 }, () => work);
  const { loop, fire, isWatching } = setUp(runs, versions);
  loop.start();
  fire();
  for (let i = 0; i < 30; i++) {
    fire();
    expect(isWatching()).toBe(false);
  }
});

it("looks now and then how far another writer has come, while it waits for him", () => {
  const versions = Array.from({ length: 21 }, (_, i) => i);
  const { loop, fire, looks } = setUp([work], versions);
  loop.start();
  for (let ms = 0; ms <= 200; ms += 10) fire();
  expect(looks()).toBe(4);
});

it("has done what it was asked for with the run that leaves nothing", async () => {
  const { loop, fire } = setUp([{ ...work, more: true }, work]);
  loop.start();
  let drained = false;
  const drain = loop.drain().then(() => {
    drained = true;
  });
  fire();
  await Promise.resolve();
  expect(drained).toBe(false);
  fire();
  await drain;
});

it("lets the file rest once a second while nothing happens, and from the beginning after the next work", () => {
  const { loop, fire, results, rests } = setUp([work]);
  loop.start();
  for (let i = 0; i < 50; i++) fire();
  expect(rests()).toBe(0);
  for (let i = 0; i < 200; i++) fire();
  expect(rests()).toBe(2);
  results.push(work);
  for (let i = 0; i < 101; i++) fire();
  expect(rests()).toBe(3);
});

it("resolves drain when nothing is left, not before", async () => {
  const { loop, fire } = setUp([busy, { ...work, more: true }]);
  loop.start();
  let drained = false;
  const drain = loop.drain().then(() => {
    drained = true;
  });
  fire();
  fire();
  await Promise.resolve();
  expect(drained).toBe(false);
  fire();
  await drain;
});

it("goes on after a full disk, and after a file that cannot be used", async () => {
  const { loop, fire, pauses, errors } = setUp([
    new Error("disk full"),
    new ArchiveError("not-sqlite", "no"),
    work,
  ]);
  loop.start();
  const drain = loop.drain();
  fire();
  expect(pauses.at(-1)).toBe(1_000);
  fire();
  expect(pauses.at(-1)).toBe(1_000);
  fire();
  fire();
  await drain;
  expect(errors).toHaveLength(2);
});

it("runs nothing after stop", async () => {
  const { loop, fire } = setUp([work]);
  loop.start();
  const drain = expect(loop.drain()).rejects.toThrow("stopped");
  loop.stop();
  expect(fire()).toBe(false);
  await drain;
});
