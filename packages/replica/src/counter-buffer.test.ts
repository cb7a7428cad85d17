import type { Transaction } from "@jarvis-crdt/store";
import { expect, test } from "vitest";
import { CounterBuffer } from "./counter-buffer.ts";

function buffer(fails: (transaction: Transaction) => boolean = () => false) {
  const committed: Transaction[] = [];
  const made = new CounterBuffer(
    async (transaction) => {
      if (fails(transaction)) throw new RangeError("no");
      committed.push(transaction);
      return { dots: [] };
    },
    () => Promise.resolve(),
  );
  const sums = () =>
    committed.map(({ intents }) =>
      Object.fromEntries(intents.map((one) => (one.kind === "counter.add" ? [one.object, one.by] : []))),
    );
  return { made, sums };
}

test("increments that come together are one operation for each counter, in one transaction", async () => {
  const { made, sums } = buffer();
  await Promise.all([made.add("a", 1), made.add("b", 5), made.add("a", 2), made.add("a", -4)]);
  await made.add("a", 7);
  expect(sums()).toEqual([{ a: -1, b: 5 }, { a: 7 }]);
});

test("what comes while others are written is written next", async () => {
  const { made, sums } = buffer();
  const first = made.add("a", 1);
  await Promise.resolve();
  await Promise.resolve();
  const second = made.add("a", 2);
  await Promise.all([first, second]);
  expect(sums().reduce((sum, one) => sum + (one.a ?? 0), 0)).toBe(3);
});

test("sums that no operation can hold are several operations", async () => {
  const { made, sums } = buffer();
  await Promise.all([made.add("a", Number.MAX_SAFE_INTEGER), made.add("a", 1)]);
  expect(sums()).toEqual([{ a: Number.MAX_SAFE_INTEGER }, { a: 1 }]);
});

test("a counter that cannot be written does not take others with it", async () => {
  const { made, sums } = buffer(({ intents }) =>
    intents.some((one) => one.kind === "counter.add" && one.object === "bad"),
  );
  const results = await Promise.allSettled([made.add("good", 1), made.add("bad", 1), made.add("fine", 2)]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(sums()).toEqual([{ good: 1 }, { fine: 2 }]);
  await made.add("good", 3);
  expect(sums().at(-1)).toEqual({ good: 3 });
});
