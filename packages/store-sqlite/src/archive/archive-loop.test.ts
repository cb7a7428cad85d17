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
function setUp(results: (Exchange | Error)[], versions: number[] = []) {
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
    { exchange, capture, look, rest, version: () => versions.shift() ?? 0 },
    { timer, clock: () => now, onError: (error) => errors.push(error) },
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
