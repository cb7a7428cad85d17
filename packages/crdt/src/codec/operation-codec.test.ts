import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EncodedValues } from "../encoded-values.ts";
import { CrdtError } from "../error.ts";
import { maxOperationBytes } from "../limits.ts";
import type { Operation } from "../operation.ts";
import { Pieced } from "../pieces.ts";
import { operation as anyOperation, dots, ownLog, scalar } from "../testing/arbitraries.ts";
import { codeOf } from "../testing/code-of.ts";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { decodeRowValues, encodeRowValues } from "./columns-codec.ts";
import {
  decodeOperation,
  encodeOperation,
  outlineOperation,
  readOperation,
  writeOperation,
} from "./operation-codec.ts";
import "../testing/seed.ts";

const context = { log: ownLog, hlcMin: 599_000_000_000_000 };
const operation = anyOperation(context.hlcMin);
const uid = new Uint8Array(16).fill(7);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const unhex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));
const other = "00000000-0000-4000-8000-000000000001:0000000000000001";
const otherBytes = "00000000000040008000000000000001 0000000000000001";
const ownBytes = "6b1f0c3e2d4a4c559d110a1b2c3d4e5f 00112233445566aa";

test("an operation survives", () => {
  fc.assert(
    fc.property(operation, (one) => {
      expect(decodeOperation(encodeOperation(one, context), context)).toEqual(one);
    }),
    { numRuns: 1000 },
  );
});

test("a row whose values are bytes already is written as any other", () => {
  fc.assert(
    fc.property(fc.array(scalar), fc.option(fc.maxSafeInteger()), (values, hint) => {
      const add = { kind: "row.add", stamp: context.hlcMin, table: 3, uid, hint } as const;
      const encoded = new EncodedValues(encodeRowValues(values), values.length);
      expect(hex(encodeOperation({ ...add, values: encoded }, context))).toBe(
        hex(encodeOperation({ ...add, values }, context)),
      );
    }),
  );
});

test("operations follow each other in one buffer", () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 5 }), (list) => {
      const writer = new ByteWriter(1);
      for (const one of list) writeOperation(writer, one, context);
      const reader = new ByteReader(writer.subarray());
      expect(list.map(() => readOperation(reader, context))).toEqual(list);
      reader.end();
    }),
    { numRuns: 200 },
  );
});

test("bytes that are accepted are the bytes of what they mean", () => {
  const damaged = fc
    .tuple(operation, fc.nat(), fc.integer({ min: 0, max: 255 }), fc.constantFrom("set", "cut", "insert"))
    .map(([one, at, byte, how]) => {
      const bytes = [...encodeOperation(one, context)];
      const place = at % bytes.length;
      if (how === "set") bytes[place] = byte;
      else bytes.splice(place, how === "cut" ? 1 : 0, ...(how === "cut" ? [] : [byte]));
      return Uint8Array.from(bytes);
    });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), damaged), (bytes) => {
      let one: Operation;
      try {
        one = decodeOperation(bytes, context);
      } catch (error) {
        expect(error).toBeInstanceOf(CrdtError);
        expect(() => outlineOperation(bytes, context)).toThrow((error as CrdtError).message);
        return;
      }
      expect(outlineOperation(bytes, context)).toEqual(outlineOf(one));
      expect(hex(encodeOperation(one, context))).toBe(hex(bytes));
    }),
    { numRuns: 5000 },
  );
});

function outlineOf(one: Operation) {
  if (one.kind === "piece") return { kind: "piece", stamp: one.stamp, length: one.bytes.length };
  if (!("values" in one)) return one;
  const { values, ...rest } = one;
  const pieced = values.filter((value) => value instanceof Pieced).map(({ length }) => length);
  const counts = { columns: values.length, ...(pieced.length > 0 && { pieced }) };
  if (rest.kind === "row.set") return { ...rest, ...counts };
  const { hint: _, ...outline } = rest;
  return { ...outline, ...counts };
}

test("what is decoded does not change with the bytes it came from", () => {
  const bytes = encodeOperation(
    { kind: "row.add", stamp: "base", table: 0, uid, hint: null, values: [new Uint8Array([1, 2])] },
    context,
  );
  const decoded = decodeOperation(bytes, context);
  bytes.fill(0);
  expect(decoded).toMatchObject({ uid, values: [new Uint8Array([1, 2])] });
});

test.each<[string, Operation, string]>([
  ["counter.add", { kind: "counter.add", stamp: context.hlcMin, object: "n", by: -1 }, "01 01 016e 01"],
  [
    "register.set",
    { kind: "register.set", stamp: "base", object: "r", value: true, seen: [{ log: ownLog, seq: 300 }] },
    "02 00 0172 01 00ac02 02",
  ],
  [
    "set.add",
    { kind: "set.add", stamp: context.hlcMin + 127, object: "s", element: "x", seen: [] },
    "03 8001 0173 00 050178",
  ],
  [
    "set.remove",
    { kind: "set.remove", stamp: context.hlcMin, object: "s", element: 1, seen: [{ log: other, seq: 1 }] },
    `04 01 0173 01 01 ${otherBytes} 01 0302`,
  ],
  [
    "keyed.set",
    { kind: "keyed.set", stamp: context.hlcMin, object: "m", key: "k", value: true, seen: [] },
    "08 01 016d 00 05016b 02",
  ],
  [
    "keyed.remove",
    { kind: "keyed.remove", stamp: "base", object: "m", key: 1, seen: [{ log: ownLog, seq: 2 }] },
    "09 00 016d 01 0002 0302",
  ],
  [
    "row.add",
    { kind: "row.add", stamp: context.hlcMin, table: 2, uid, hint: 5, values: [null, "a"] },
    `05 01 02 ${"07".repeat(16)} 010a 02 00 050161`,
  ],
  [
    "row.set",
    {
      kind: "row.set",
      stamp: context.hlcMin,
      table: 0,
      uid,
      group: 1,
      adds: [{ log: ownLog, seq: 1 }],
      seen: [
        { log: other, seq: 9 },
        { log: ownLog, seq: 1 },
      ],
      values: [],
    },
    `06 01 00 ${"07".repeat(16)} 01 01 0001 02 01 ${otherBytes} 09 0001 00`,
  ],
  [
    "row.remove",
    { kind: "row.remove", stamp: context.hlcMin, table: 0, uid, adds: [{ log: ownLog, seq: 1 }] },
    `07 01 00 ${"07".repeat(16)} 01 0001`,
  ],
])("the bytes of %s", (_, one, expected) => {
  expect(hex(encodeOperation(one, context))).toBe(expected.replaceAll(" ", ""));
});

describe("refused bytes", () => {
  const key = `00 ${"07".repeat(16)}`;
  test.each([
    ["nothing", "", "truncated"],
    ["an unknown kind", "0d 00", "invalid-operation"],
    ["an empty piece", "0a 00 00", "invalid-operation"],
    ["a short value in pieces", `05 00 ${key} 00 01 0a 8008`, "not-canonical"],
    ["values in pieces above 64 MiB", `05 00 ${key} 00 02 0a 8108 0b 80f8ff1f`, "too-large"],
    ["a byte too many", "01 00 016e 00 00", "not-canonical"],
    ["a stamp beyond 2^53", "01 ffffffffffffff0f 016e 00", "invalid-operation"],
    ["an object without a name", "01 00 00 00", "invalid-operation"],
    ["an object with a name too long", `01 00 8102 ${"61".repeat(257)} 00`, "too-large"],
    ["an increment beyond 2^53", "01 00 016e feffffffffffffffff01", "invalid-operation"],
    ["the own log spelled out", `02 00 0172 01 01 ${ownBytes} 01 00`, "not-canonical"],
    ["an unknown form of a dot", "02 00 0172 01 02 01 00", "invalid-dot"],
    ["a dot with sequence 0", "02 00 0172 01 0000 00", "invalid-dot"],
    ["a dot twice", "02 00 0172 02 0001 0001 00", "not-canonical"],
    ["dots out of order", "02 00 0172 02 0002 0001 00", "not-canonical"],
    ["logs out of order", `02 00 0172 02 0001 01 ${otherBytes} 01 00`, "not-canonical"],
    ["more dots than bytes", "02 00 0172 8020 00", "truncated"],
    ["too many dots", `02 00 0172 8120 ${"00".repeat(9000)}`, "too-large"],
    ["an element too large", `03 00 0173 00 05 fe07 ${"61".repeat(1022)}`, "too-large"],
    ["a remove that names nothing", "04 00 0173 00 0302", "invalid-operation"],
    ["a table beyond the last", `07 00 8002 ${"07".repeat(16)} 01 0001`, "invalid-operation"],
    ["a uid cut short", "07 00 00 0707", "truncated"],
    ["an unknown form of a hint", `05 00 ${key} 02 00`, "invalid-operation"],
    ["a hint beyond 2^53", `05 00 ${key} 01 feffffffffffffffff01 00`, "invalid-operation"],
    ["a column that holds a boolean", `05 00 ${key} 00 01 01`, "invalid-operation"],
    ["a column that holds an array", `05 00 ${key} 00 01 0800`, "invalid-operation"],
    ["too many columns", `05 00 ${key} 00 d10f ${"00".repeat(2001)}`, "too-large"],
    ["a group beyond the last", `06 00 ${key} 40 01 0001 00 00`, "invalid-operation"],
    ["a write on no add", `06 00 ${key} 00 00 00 00`, "invalid-operation"],
    ["a removal of nothing", `07 00 ${key} 00`, "invalid-operation"],
  ])("%s", (_, bytes, code) => {
    expect(codeOf(() => decodeOperation(unhex(bytes), context))).toBe(code);
  });

  test("more than 4 MiB, without looking at it", () => {
    expect(codeOf(() => decodeOperation(new Uint8Array(maxOperationBytes + 1), context))).toBe("too-large");
  });
});

describe("refused operations", () => {
  const row = { stamp: context.hlcMin, table: 0, uid };
  const own = (seq: number) => ({ log: ownLog, seq });
  test.each<[string, unknown, string]>([
    ["an unknown kind", { kind: "row.move", stamp: 1 }, "invalid-operation"],
    ["a stamp below the batch's", { kind: "counter.add", stamp: 5, object: "n", by: 1 }, "invalid-operation"],
    ["a fraction", { kind: "counter.add", stamp: "base", object: "n", by: 0.5 }, "invalid-operation"],
    ["an empty name", { kind: "counter.add", stamp: "base", object: "", by: 1 }, "invalid-operation"],
    [
      "a name of 257 bytes in 129 characters",
      { kind: "counter.add", stamp: "base", object: `${"é".repeat(128)}a`, by: 1 },
      "invalid-operation",
    ],
    ["dots out of order", { kind: "row.remove", ...row, adds: [own(2), own(1)] }, "invalid-dot"],
    ["a dot with sequence 0", { kind: "row.remove", ...row, adds: [own(0)] }, "invalid-dot"],
    ["a dot of no log", { kind: "row.remove", ...row, adds: [{ log: "x", seq: 1 }] }, "invalid-log"],
    [
      "a uid of 15 bytes",
      { kind: "row.remove", ...row, uid: uid.slice(1), adds: [own(1)] },
      "invalid-operation",
    ],
    [
      "more than 4096 dots in two lists",
      {
        kind: "row.set",
        ...row,
        group: 0,
        adds: Array.from({ length: 2049 }, (_, i) => own(i + 1)),
        seen: Array.from({ length: 2048 }, (_, i) => own(i + 1)),
        values: [],
      },
      "too-large",
    ],
    ["a column with an object", { kind: "row.add", ...row, hint: null, values: [{}] }, "invalid-operation"],
    [
      "more than 4 MiB",
      { kind: "row.add", ...row, hint: null, values: [new Uint8Array(maxOperationBytes)] },
      "too-large",
    ],
  ])("%s", (_, one, code) => {
    expect(codeOf(() => encodeOperation(one as Operation, context))).toBe(code);
  });
});

test("a stamp beyond the batch's greatest is refused, both ways", () => {
  const one: Operation = { kind: "counter.add", stamp: context.hlcMin + 10, object: "n", by: 1 };
  const bytes = encodeOperation(one, context);
  for (const [hlcMax, code] of [
    [context.hlcMin + 10, "accepted"],
    [context.hlcMin + 9, "invalid-operation"],
  ] as const) {
    expect(codeOf(() => decodeOperation(bytes, { ...context, hlcMax }))).toBe(code);
    expect(codeOf(() => encodeOperation(one, { ...context, hlcMax }))).toBe(code);
  }
});

test("the values of a row survive", () => {
  fc.assert(
    fc.property(fc.array(scalar, { maxLength: 10 }), (values) => {
      expect(decodeRowValues(encodeRowValues(values))).toEqual(values);
    }),
  );
});

test("dots of a foreign batch keep their log", () => {
  fc.assert(
    fc.property(dots, (seen) => {
      const one: Operation = { kind: "register.set", stamp: "base", object: "r", value: null, seen };
      const foreign = { log: other, hlcMin: 1 };
      expect(decodeOperation(encodeOperation(one, foreign), foreign)).toEqual(one);
    }),
  );
});
