import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CrdtError } from "../error.ts";
import { log } from "../testing/arbitraries.ts";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter, varintLength } from "./byte-writer.ts";
import { withWriter } from "./scratch.ts";
import "../testing/seed.ts";

const safe = fc.oneof(
  fc.maxSafeNat(),
  fc.nat(300),
  fc.nat(49).map((bit) => 2 ** bit),
  fc.constant(Number.MAX_SAFE_INTEGER),
);

test("everything that is written is read", () => {
  fc.assert(
    fc.property(
      safe,
      safe,
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      fc.double(),
      log,
      fc.uint8Array(),
      (a, b, c, d, e, f) => {
        const writer = new ByteWriter(1);
        writer.varint(a);
        expect(writer.length).toBe(varintLength(a));
        writer.u64(b);
        writer.u32(c);
        writer.f64(d);
        writer.logId(e);
        writer.bytes(f);
        writer.u8(7);
        writer.raw(f);
        const reader = new ByteReader(writer.slice());
        expect([reader.varint(), reader.u64(), reader.u32(), reader.f64(), reader.logId()]).toEqual([
          a,
          b,
          c,
          d,
          e,
        ]);
        expect([reader.bytes(), reader.u8(), reader.remaining]).toEqual([f, 7, f.length]);
        expect(reader.raw(f.length)).toEqual(f);
        reader.end();
      },
    ),
    { numRuns: 300 },
  );
});

test("a signed integer of 64 bits survives, as a number where that is exact", () => {
  const wide = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  const edges = fc
    .tuple(fc.nat(62), fc.integer({ min: -2, max: 2 }), fc.boolean())
    .map(([bit, off, negative]) => (negative ? -1n : 1n) * 2n ** BigInt(bit) + BigInt(off));
  fc.assert(
    fc.property(fc.oneof(wide, edges), (value) => {
      const writer = new ByteWriter();
      writer.int(value);
      const read = new ByteReader(writer.slice()).int();
      expect(BigInt(read)).toBe(value);
      expect(typeof read).toBe(Number.isSafeInteger(Number(value)) ? "number" : "bigint");
      if (typeof read === "number") {
        const again = new ByteWriter();
        again.int(read);
        expect(again.slice()).toEqual(writer.slice());
      }
    }),
    { numRuns: 1000 },
  );
});

describe("a writer refuses", () => {
  test.each([-1, 0.5, 2 ** 53, Number.NaN])("%d as an unsigned integer", (value) => {
    expect(() => new ByteWriter().varint(value)).toThrow(CrdtError);
    expect(() => new ByteWriter().u64(value)).toThrow(CrdtError);
  });
  test.each([0.5, 2 ** 53, -(2 ** 60), Number.NaN])("%d as a signed integer", (value) => {
    expect(() => new ByteWriter().int(value)).toThrow(CrdtError);
  });
});

describe("a reader", () => {
  test("stays within its part", () => {
    const reader = new ByteReader(Uint8Array.of(9, 1, 2, 9), 1, 3);
    expect([reader.u8(), reader.u8(), reader.remaining]).toEqual([1, 2, 0]);
    expect(() => reader.u8()).toThrow(CrdtError);
    expect(() => new ByteReader(new Uint8Array(2), 1, 3)).toThrow(RangeError);
  });

  test("reads a view of a larger buffer at the right place", () => {
    const bytes = new Uint8Array(20);
    new DataView(bytes.buffer).setFloat64(7, 1.5);
    expect(new ByteReader(bytes.subarray(7, 15)).f64()).toBe(1.5);
  });

  test("does not believe a count that its bytes cannot pay for", () => {
    expect(() => new ByteReader(Uint8Array.of(3, 0, 0)).count(10)).toThrow(/too early/);
    expect(() => new ByteReader(Uint8Array.of(3, 0, 0, 0)).count(2)).toThrow(/2 are allowed/);
    expect(() => new ByteReader(Uint8Array.of(2, 0, 0, 0)).count(10, 2)).toThrow(/too early/);
    expect(new ByteReader(Uint8Array.of(2, 0, 0, 0, 0)).count(10, 2)).toBe(2);
  });
});

test("a writer within a writer does not disturb it", () => {
  const bytes = withWriter((outer) => {
    outer.u8(1);
    outer.bytes(
      withWriter((inner) => {
        inner.u8(2);
        return inner.slice();
      }),
    );
    return outer.slice();
  });
  expect([...bytes]).toEqual([1, 1, 2]);
});
