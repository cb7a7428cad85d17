import { hlcTime } from "@jarvis-crdt/crdt";
import { expect, test } from "vitest";
import { add, digestOf, States, verify } from "./testing/states.ts";

const dayMs = 86_400_000;

test("a clock that is set back a day: what is written later stays later, and nothing is lost", () => {
  using states = new States();
  const [a, b] = [states.open(1), states.open(2)];
  const uid = states.uid();
  a.commit({ intents: [add(uid, "before", "x")] });
  states.now -= dayMs;
  a.commit({ intents: [verify(uid, "after")] });
  expect(a.row(uid)!.values.get("status")).toBe("after");
  states.sync(a, b);
  expect(b.row(uid)!.values.get("status")).toBe("after");
  expect(b.counts().conflicts).toBe(0);
  expect(digestOf(b)).toBe(digestOf(a));
});

test("a clock that is set back between two processes does not make stamps go back", () => {
  using states = new States();
  const first = states.open(1);
  const uid = states.uid();
  first.commit({ intents: [add(uid, "before", "x")] });
  const stamp = () => hlcTime(second.archive.view({ table: "entries", uid: later })!.stamp as number);
  const start = states.now;
  first.close();
  states.now -= dayMs;
  const second = states.open(1);
  const later = states.uid();
  second.commit({ intents: [add(later, "after", "y")] });
  expect(stamp()).toBeGreaterThanOrEqual(start - 10);
});

test("a clock that is ten years ahead and then right again: what was written then stays, and what follows is later", () => {
  using states = new States();
  const [a, b] = [states.open(1), states.open(2)];
  const uid = states.uid();
  a.commit({ intents: [add(uid, "right", "x")] });
  states.now += 3652 * dayMs;
  a.commit({ intents: [verify(uid, "ahead")] });
  states.now -= 3652 * dayMs;
  a.commit({ intents: [verify(uid, "right again")] });
  states.sync(a, b);
  // The one who was right all along sees it, too, and goes on.
  b.commit({ intents: [verify(uid, "the other")] });
  states.sync(b, a);
  for (const file of [a, b]) {
    expect(file.row(uid)!.values.get("status")).toBe("the other");
    expect(file.counts()).toMatchObject({ conflicts: 0, quarantined: 0 });
  }
  expect(digestOf(b)).toBe(digestOf(a));
});
