import { expect, test } from "vitest";
import { alone, shared } from "./exchange.ts";
import { Pace } from "./pace.ts";

test("a run shows what it can in its time, by what the last ones took", () => {
  const pace = new Pace(() => 20_000);
  pace.learn(3_000, 100);
  expect(pace.rows(alone)).toBe(12_000);
  pace.learn(1_000, 100);
  expect(pace.rows(alone)).toBe(8_000);
  pace.learn(6_000, 100);
  expect(pace.rows(alone)).toBe(20_000);
  expect(pace.rows(shared)).toBe(5_000);
  for (let run = 0; run < 50; run++) pace.learn(100, 10_000);
  expect(pace.rows(shared)).toBe(100);
});

test("few rows say nothing about many", () => {
  const pace = new Pace(() => 20_000);
  const before = pace.rows(shared);
  pace.learn(1, 400);
  expect(pace.rows(shared)).toBe(before);
});

test("the file is ours alone until another writer is seen, and again ten seconds later", () => {
  let now = 20_000;
  const pace = new Pace(() => now);
  pace.notice(1);
  expect([pace.budget, pace.otherWriter]).toEqual([alone, "none"]);
  pace.notice(2);
  expect([pace.budget, pace.otherWriter]).toEqual([shared, "now"]);
  pace.notice(2);
  expect(pace.otherWriter).toBe("lately");
  now += 10_000;
  expect([pace.budget, pace.otherWriter]).toEqual([alone, "none"]);
});
