import fc from "fast-check";
import { expect, test } from "vitest";
import { seeded } from "../testing/seeded.ts";
import { HintBook } from "./hint-book.ts";

test("an address lasts as long as it is repeated", () => {
  const book = new HintBook(0, seeded(1));
  expect(book.heard("a:1", "a", 120_000, 0)).toEqual({ isNew: true });
  expect(book.heard("a:1", "a", 120_000, 100_000)).toEqual({ isNew: false });
  expect(book.expire(219_999)).toEqual([]);
  expect(book.expire(220_000)).toEqual(["a:1"]);
  expect(book.expire(1e9)).toEqual([]);
});

test("only who announced an address takes it back", () => {
  const book = new HintBook(0, seeded(1));
  book.heard("a:1", "a", 120_000, 0);
  expect([book.gone("a:1", "b"), book.gone("a:2", "a"), book.gone("a:1", "a"), book.size]).toEqual([
    false,
    false,
    true,
    0,
  ]);
});

test("one sender crowds out only itself", () => {
  const book = new HintBook(0, seeded(1));
  book.heard("honest:1", "honest", 120_000, 0);
  for (let port = 1; port <= 1000; port++) book.heard(`evil:${port}`, "evil", 1e9, port * 250);
  expect(book.size).toBe(9);
  expect(book.gone("honest:1", "honest")).toBe(true);
});

test("new ones are taken at a bounded rate, and forgotten at the latest after ten minutes", () => {
  const book = new HintBook(0, seeded(1));
  let taken = 0;
  for (let i = 0; i < 100_000; i++) taken += Number(book.heard(`10.0.0.${i}:1`, `${i}`, 1e12, i / 100).isNew);
  expect(taken).toBeLessThanOrEqual(64 + 4 + 1);
  expect(book.expire(601_000)).toHaveLength(taken);
});

test("after a flood by many senders an honest one that repeats itself is there again", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const book = new HintBook(0, seeded(seed));
    for (let i = 0; i < 2000; i++) book.heard(`${i}:1`, `${i}`, 1e9, i * 250);
    expect(book.size).toBe(128);
    expect(book.heard("honest:1", "honest", 120_000, 500_000)).toMatchObject({ isNew: true });
  }
});

test("whatever is heard, bounds hold, and what it says is what it holds", () => {
  const event = fc.record({
    port: fc.nat(30),
    source: fc.nat(20),
    ttl: fc.nat(900_000),
    wait: fc.nat(60_000),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 300 }), fc.nat(), (events, seed) => {
      const book = new HintBook(0, seeded(seed));
      const mirror = new Set<string>();
      let now = 0;
      for (const { port, source, ttl, wait } of events) {
        now += wait;
        for (const address of book.expire(now)) expect(mirror.delete(address)).toBe(true);
        const address = `${source}:${port}`;
        const { isNew, replaced } = book.heard(address, String(source), ttl, now);
        if (replaced !== undefined) expect(mirror.delete(replaced)).toBe(true);
        if (isNew) mirror.add(address);
        expect(book.size).toBe(mirror.size);
        const own = [...mirror].filter((text) => text.startsWith(`${source}:`)).length;
        expect(own).toBeLessThanOrEqual(8);
      }
    }),
  );
});
