import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

/** Takes turns, whoever had one waiting again. */
function take(turns: Turns, count: number): string {
  let order = "";
  for (let i = 0; i < count; i++) {
    const log = turns.next()!;
    order += log;
    turns.add(log);
  }
  return order;
}

test("without urgencies logs take turns in the order in which they came", () => {
  const turns = new Turns();
  for (const log of ["a", "b", "c"]) turns.add(log);
  turns.add("a");
  expect(take(turns, 9)).toBe("abcabcabc");
});

test("urgent logs come first, and the others are not forgotten", () => {
  const turns = new Turns();
  turns.urge("z", 3);
  for (const log of ["z", "a", "b"]) turns.add(log);
  turns.urge("b", 0);
  expect(take(turns, 16)).toBe("bbbbbbbabbbzbbbb");
  turns.done("b");
  expect(take(turns, 8)).toBe("aaaaaaaz");
});

test("a log is as urgent as the most urgent of what waits of it, until nothing does", () => {
  const turns = new Turns();
  turns.add("a");
  turns.add("b");
  turns.urge("a", 3);
  expect(turns.next()).toBe("a");
  turns.add("a");
  turns.urge("a", 1);
  turns.urge("a", 3);
  expect(turns.next()).toBe("a");
  turns.done("a");
  turns.urge("a", 3);
  turns.add("a");
  expect([turns.next(), turns.next(), turns.next()]).toEqual(["b", "a", undefined]);
});
