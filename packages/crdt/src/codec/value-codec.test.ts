import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CrdtError } from "../error.ts";
import { value as anyValue } from "../testing/arbitraries.ts";
import { codeOf } from "../testing/code-of.ts";
import { RawText, Real, type Value } from "../value.ts";
import { decodeValue, encodeElement, encodeValue, sameValue } from "./value-codec.ts";
import "../testing/seed.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const unhex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));

test("a value survives", () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      expect(decodeValue(encodeValue(value))).toEqual(value);
    }),
    { numRuns: 1000 },
  );
});

test("bytes that are accepted are the bytes of what they mean", () => {
  const damaged = fc
    .tuple(anyValue, fc.nat(), fc.integer({ min: 0, max: 255 }), fc.constantFrom("set", "cut", "insert"))
    .map(([value, at, byte, how]) => {
      const bytes = [...encodeValue(value)];
      const place = at % bytes.length;
      if (how === "set") bytes[place] = byte;
      else bytes.splice(place, how === "cut" ? 1 : 0, ...(how === "cut" ? [] : [byte]));
      return Uint8Array.from(bytes);
    });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 30 }), damaged), (bytes) => {
      let value: Value;
      try {
        value = decodeValue(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(CrdtError);
        return;
      }
      expect(hex(encodeValue(value))).toBe(hex(bytes));
    }),
    { numRuns: 3000 },
  );
});

test.each<[string, Value, string]>([
  ["null", null, "00"],
  ["false", false, "01"],
  ["true", true, "02"],
  ["0", 0, "0300"],
  ["-1", -1, "0301"],
  ["1n", 1n, "0302"],
  ["64", 64, "03 8001"],
  ["the greatest safe integer", Number.MAX_SAFE_INTEGER, "03 feffffffffffff1f"],
  ["the smallest safe integer", Number.MIN_SAFE_INTEGER, "03 fdffffffffffff1f"],
  ["2^63 - 1", 2n ** 63n - 1n, "03 feffffffffffffffff01"],
  ["-2^63", -(2n ** 63n), "03 ffffffffffffffffff01"],
  ["0.5", 0.5, "04 3fe0000000000000"],
  ["-0", -0, "04 8000000000000000"],
  ["5.0", new Real(5), "04 4014000000000000"],
  ["2^60 as a number", 2 ** 60, "04 43b0000000000000"],
  ["NaN", Number.NaN, "04 7ff8000000000000"],
  ["text", "ab", "05 02 6162"],
  ["text with a byte order mark", "\ufeffa", "05 04 efbbbf61"],
  ["text with NUL", "\0", "05 01 00"],
  ["text beyond U+FFFF", "𐀀", "05 04 f0908080"],
  ["raw text", new RawText(unhex("ff")), "06 01 ff"],
  ["bytes", unhex("0102"), "07 02 0102"],
  ["array", [1, [null]], "08 02 0302 08 01 00"],
  ["object", { b: 1, a: 2 }, "09 02 0161 0304 0162 0302"],
])("the bytes of %s", (_, value, expected) => {
  expect(hex(encodeValue(value))).toBe(expected.replaceAll(" ", ""));
  expect(sameValue(decodeValue(unhex(expected)), value)).toBe(true);
});

test("text of every length keeps its length prefix right", () => {
  for (const length of [0, 1, 42, 43, 63, 64, 95, 96, 127, 128, 129, 5461, 5462, 16383, 16384]) {
    for (const unit of ["a", "é", "€", "😀"]) {
      const text = unit.repeat(length);
      expect(decodeValue(encodeValue(text))).toBe(text);
      expect(decodeValue(encodeValue(`${text}é`))).toBe(`${text}é`);
    }
  }
});

test("a key of the object prototype is a key like any other", () => {
  const hostile = JSON.parse('{"__proto__":{"polluted":true},"constructor":1}') as Value;
  const decoded = decodeValue(encodeValue(hostile)) as { [key: string]: Value };
  expect(Object.keys(decoded)).toEqual(["__proto__", "constructor"]);
  expect(Object.getPrototypeOf(decoded)).toBe(null);
  expect(({} as { polluted?: boolean }).polluted).toBe(undefined);
  expect(JSON.stringify(decoded)).toBe('{"__proto__":{"polluted":true},"constructor":1}');
});

test("keys stand in the order of their UTF-8 bytes, not of UTF-16 units", () => {
  const keys = ["\uffff", "𐀀", "\ue000", "a", "ab", "é"];
  const bytes = encodeValue(Object.fromEntries(keys.map((key) => [key, null])));
  const decoded = decodeValue(bytes) as { [key: string]: Value };
  expect(Object.keys(decoded)).toEqual(["a", "ab", "é", "\ue000", "\uffff", "𐀀"]);
});

describe("refused bytes", () => {
  test.each([
    ["nothing", "", "truncated"],
    ["an unknown tag", "0a", "invalid-value"],
    ["a byte too many", "0000", "not-canonical"],
    ["an integer with a superfluous byte", "03 8000", "not-canonical"],
    ["a wide integer with a superfluous byte", "03 8080808080808080 00", "not-canonical"],
    ["an integer of 65 bits", "03 ffffffffffffffffff03", "too-large"],
    ["an integer of eleven bytes", "03 8080808080808080808001", "too-large"],
    ["an integer that ends early", "03 80", "truncated"],
    ["a NaN with a payload", "04 7ff8000000000001", "not-canonical"],
    ["a negative NaN", "04 fff8000000000000", "not-canonical"],
    ["malformed text", "05 01 ff", "invalid-value"],
    ["an encoded surrogate", "05 03 eda080", "invalid-value"],
    ["an overlong form", "05 02 c080", "invalid-value"],
    ["text that ends early", "05 02 61", "truncated"],
    ["a length of 2^40", "05 808080808020", "truncated"],
    ["a length beyond 2^53", "05 ffffffffffffff7f", "too-large"],
    ["raw text that is well-formed", "06 01 61", "not-canonical"],
    ["an array that promises more than there is", "08 ff7f 00", "truncated"],
    ["keys out of order", "09 02 0162 00 0161 00", "not-canonical"],
    ["a key twice", "09 02 0161 00 0161 00", "not-canonical"],
    ["a key that is malformed", "09 01 01ff 00", "invalid-value"],
    ["17 arrays in each other", `${"0801".repeat(17)}00`, "too-large"],
  ])("%s", (_, bytes, code) => {
    expect(codeOf(() => decodeValue(unhex(bytes)))).toBe(code);
  });

  test("16 arrays in each other are accepted", () => {
    expect(codeOf(() => decodeValue(unhex(`${"0801".repeat(16)}00`)))).toBe("accepted");
  });
});

describe("refused values", () => {
  const cyclic: Value[] = [];
  cyclic.push(cyclic);
  test.each<[string, unknown, string]>([
    ["a lone surrogate", "\ud800", "invalid-value"],
    ["a long text with a lone surrogate", `${"a".repeat(200)}\udc00`, "invalid-value"],
    ["a key with a lone surrogate", { "\ud800": 1 }, "invalid-value"],
    ["well-formed raw text", new RawText(unhex("61")), "invalid-value"],
    ["2^63", 2n ** 63n, "invalid-value"],
    ["undefined", undefined, "invalid-value"],
    ["undefined in an object", { a: undefined }, "invalid-value"],
    ["a hole in an array", new Array(1), "invalid-value"],
    ["a function", () => 1, "invalid-value"],
    ["a symbol", Symbol("s"), "invalid-value"],
    ["a date", new Date(0), "invalid-value"],
    ["a map", new Map(), "invalid-value"],
    ["a cycle", cyclic, "too-large"],
  ])("%s", (_, value, code) => {
    expect(codeOf(() => encodeValue(value as Value))).toBe(code);
  });

  test("a set element beyond its limit", () => {
    expect(codeOf(() => encodeElement("x".repeat(1021)))).toBe("accepted");
    expect(codeOf(() => encodeElement("x".repeat(1022)))).toBe("too-large");
  });
});

test("arrays and objects in one value are bounded, both ways", () => {
  const nulls = (count: number): Value[] => Array.from({ length: count }, () => []);
  const most = encodeValue(nulls(65_535));
  expect(codeOf(() => decodeValue(most))).toBe("accepted");
  expect(codeOf(() => encodeValue(nulls(65_536)))).toBe("too-large");
  expect(codeOf(() => decodeValue(unhex(`08 808004 ${"0900".repeat(65_536)}`)))).toBe("too-large");
});

test("depth is that of the deepest, not the sum", () => {
  const deep = (depth: number): Value => (depth === 0 ? null : [deep(depth - 1)]);
  const wide = [deep(15), { a: deep(14) }, deep(15)];
  expect(decodeValue(encodeValue(wide))).toEqual(wide);
});

test("after a refusal the next value is not disturbed", () => {
  expect(codeOf(() => encodeValue(["some", "\ud800"]))).toBe("invalid-value");
  expect(hex(encodeValue(1))).toBe("0302");
});
