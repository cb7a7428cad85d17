import { describe, expect, test } from "vitest";
import { CrdtError } from "../error.ts";
import { Real, type Value } from "../value.ts";
import { GCounter } from "./g-counter.ts";
import { LWWRegister } from "./lww-register.ts";
import { ORSet } from "./or-set.ts";
import { PNCounter } from "./pn-counter.ts";

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof CrdtError) return error.code;
    throw error;
  }
  return "accepted";
}

const max = Number.MAX_SAFE_INTEGER;

describe("GCounter", () => {
  test("counts by one unless told", () => {
    const counter = new GCounter("a");
    counter.increment();
    counter.increment(4);
    expect(counter.value).toBe(5);
  });

  test("does not go down, and not by fractions", () => {
    const counter = new GCounter("a");
    for (const by of [-1, Number.NaN, 0.5, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(codeOf(() => counter.increment(by))).toBe("invalid-value");
    }
    expect(counter.value).toBe(0);
  });

  test("refuses to count beyond 2^53, and stays as it was", () => {
    const counter = new GCounter("a");
    counter.increment(max);
    expect(codeOf(() => counter.increment())).toBe("overflow");
    expect(counter.value).toBe(max);
  });

  test("says so where replicas together counted beyond 2^53", () => {
    const [a, b] = [new GCounter("a"), new GCounter("b")];
    a.increment(max);
    a.merge(b.increment(1));
    expect(codeOf(() => a.value)).toBe("overflow");
  });

  test("refuses parts that no replica can have made", () => {
    const counter = new GCounter("a");
    for (const part of [
      { seq: 1, sum: -1 },
      { seq: 0, sum: 1 },
      { seq: 1, sum: 0.5 },
    ]) {
      expect(
        codeOf(() =>
          counter.merge([
            ["good", { seq: 1, sum: 1 }],
            ["bad", part],
          ]),
        ),
      ).toBe("invalid-value");
    }
    expect(counter.value).toBe(0);
  });
});

describe("PNCounter", () => {
  test("goes up and down, on every replica", () => {
    const [a, b] = [new PNCounter("a"), new PNCounter("b")];
    a.merge(b.decrement(3));
    a.increment();
    expect(a.value).toBe(-2);
    expect(b.merge(a.state)).toBe(true);
    expect(b.value).toBe(-2);
    expect(b.merge(a.state)).toBe(false);
  });

  test("sums that leave the safe integers on the way are exact", () => {
    const counters = [max, max, -max, -max, 7].map((by, i) => {
      const counter = new PNCounter(`${i}`);
      counter.increment(by);
      return counter;
    });
    const all = new PNCounter("all");
    for (const counter of counters) all.merge(counter.state);
    expect(all.value).toBe(7);
  });
});

describe("LWWRegister", () => {
  test("a write that saw the other wins, whatever its stamp", () => {
    const [a, b] = [new LWWRegister<string>("a"), new LWWRegister<string>("b")];
    b.merge(a.set("first", 900));
    b.set("second", 1);
    a.merge(b.state);
    expect(a.value).toBe("second");
    expect(a.siblings.length).toBe(1);
  });

  test("of two that did not see each other the later wins, and the other stays until the next write", () => {
    const [a, b] = [new LWWRegister<string>("a"), new LWWRegister<string>("b")];
    const one = a.set("one", 1);
    b.set("two", 2);
    b.merge(one);
    a.merge(b.state);
    expect([a.value, b.value]).toEqual(["two", "two"]);
    expect(a.siblings.map((entry) => entry.value)).toEqual(["one", "two"]);
    b.merge(a.set("three", 1));
    expect([b.value, b.siblings.length]).toEqual(["three", 1]);
  });

  test("equal stamps are decided by the author's name", () => {
    const [a, b] = [new LWWRegister<string>("a"), new LWWRegister<string>("b")];
    a.merge(b.set("b", 5));
    const c = new LWWRegister<string>("c");
    c.merge(new LWWRegister<string>("a").set("a", 5));
    c.merge(b.state);
    expect(c.value).toBe("b");
  });
});

describe("ORSet", () => {
  test("an add wins against a remove that did not see it", () => {
    const [a, b] = [new ORSet<string>("a"), new ORSet<string>("b")];
    b.merge(a.add("x"));
    const removal = b.remove("x");
    a.add("x");
    a.merge(removal);
    expect(a.has("x")).toBe(true);
    b.merge(a.state);
    expect(b.has("x")).toBe(true);
  });

  test("a remove that arrives before its add removes it", () => {
    const [a, b, c] = [new ORSet<string>("a"), new ORSet<string>("b"), new ORSet<string>("c")];
    const added = a.add("x");
    b.merge(added);
    c.merge(b.remove("x"));
    c.merge(added);
    expect(c.has("x")).toBe(false);
  });

  test("leaves nothing behind of what was removed", () => {
    const one = new ORSet<number>("a");
    for (let i = 0; i < 1000; i++) {
      one.add(i);
      one.remove(i);
    }
    expect([one.size, [...one.state.elements].length, one.state.context.toJSON()]).toEqual([
      0,
      0,
      { a: [1000] },
    ]);
  });

  test("elements are the same if their bytes are", () => {
    const one = new ORSet<Value>("a");
    for (const element of [1, new Real(1), { b: 1, a: 2 }, { a: 2, b: 1 }]) one.add(element);
    expect(one.size).toBe(3);
  });

  test("refuses an element beyond its limit", () => {
    expect(codeOf(() => new ORSet<string>("a").add("x".repeat(2000)))).toBe("too-large");
  });
});
