import { expect, it, vi } from "vitest";
import { FreshRows } from "./fresh-rows.ts";
import { add, digestOf, States } from "./testing/states.ts";

it("rows that were captured, however many batches they made, are digested without being read", () => {
  using states = new States();
  const [a, b] = [states.open(1), states.open(2)];
  const taken = vi.spyOn(FreshRows.prototype, "take");
  states.capture(a, ...Array.from({ length: 2_500 }, (_, i) => add(states.uid(), "pending", `text ${i}`)));
  const digest = digestOf(a);
  const results = taken.mock.results.map(({ value }) => value?.count);
  taken.mockRestore();
  expect(results).toEqual([1000, 1000, 500]);
  states.sync(a, b);
  expect(digestOf(b)).toBe(digest);
});
