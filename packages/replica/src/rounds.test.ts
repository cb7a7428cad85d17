import { expect, test } from "vitest";
import { Rounds } from "./rounds.ts";

test("the first round ends when both sides have the same, even if that was so from the beginning", () => {
  const rounds = new Rounds(1_000);
  expect(rounds.observe({ sent: 0, received: 0 }, false, 1_010)).toBeUndefined();
  expect(rounds.observe({ sent: 7, received: 2 }, false, 1_400)).toBeUndefined();
  expect(rounds.observe({ sent: 7, received: 2 }, true, 1_500)).toEqual({
    at: 1_000,
    ms: 500,
    sent: 7,
    received: 2,
  });
  expect(new Rounds(5).observe({ sent: 0, received: 0 }, true, 9)).toEqual({
    at: 5,
    ms: 4,
    sent: 0,
    received: 0,
  });
});

test("what follows within a minute is one round, and quiet is none", () => {
  const rounds = new Rounds(0);
  rounds.observe({ sent: 0, received: 0 }, true, 0);
  for (let i = 1; i <= 50; i++)
    expect(rounds.observe({ sent: i, received: 0 }, true, i * 1000)).toBeUndefined();
  expect(rounds.observe({ sent: 50, received: 0 }, true, 60_000)).toEqual({
    at: 1_000,
    ms: 49_000,
    sent: 50,
    received: 0,
  });
  expect(rounds.observe({ sent: 50, received: 0 }, true, 500_000)).toBeUndefined();
  expect(rounds.end(600_000)).toBeUndefined();
});

test("a session that is cut tells what it got so far", () => {
  const rounds = new Rounds(0);
  rounds.observe({ sent: 3, received: 0 }, false, 10);
  expect(rounds.end(20)).toEqual({ at: 0, ms: 20, sent: 3, received: 0 });
});
