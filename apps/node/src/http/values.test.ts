import { RawText, Real, type Value } from "@jarvis-crdt/crdt";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeValue, encodeValue } from "./values.ts";

const through = (value: Value) => decodeValue(JSON.parse(JSON.stringify(encodeValue(value))), "v");

test.each<[string, Value, unknown]>([
  ["null", null, null],
  ["text", "é\0", "é\0"],
  ["integer", 5, 5],
  ["real", 0.5, 0.5],
  ["greatest safe integer", 2n ** 53n - 1n, Number.MAX_SAFE_INTEGER],
  ["integer beyond it", 2n ** 53n, { $int: "9007199254740992" }],
  ["least 64-bit integer", -(2n ** 63n), { $int: "-9223372036854775808" }],
  ["bytes", new Uint8Array([0, 255]), { $bytes: "AP8=", text: false }],
  ["invalid text", new RawText(new Uint8Array([0xff])), { $bytes: "/w==", text: true }],
  ["whole real", new Real(5), 5],
  ["-0", -0, { $real: "-0" }],
  ["NaN", Number.NaN, { $real: "NaN" }],
  ["-Infinity", Number.NEGATIVE_INFINITY, { $real: "-Infinity" }],
  ["great real", 1e300, { $real: "1e+300" }],
  ["object with a reserved key", { $bytes: "x", $$: [1] }, { $$bytes: "x", $$$: [1] }],
])("%s", (_name, value, wire) => expect(JSON.stringify(encodeValue(value))).toBe(JSON.stringify(wire)));

test.each<[unknown, Value]>([
  [{ $int: "7" }, 7],
  [{ $int: "9223372036854775807" }, 2n ** 63n - 1n],
  [{ $real: "5" }, new Real(5)],
  [{ $real: "-0" }, new Real(-0)],
  [{ $bytes: "", text: false }, new Uint8Array()],
  [{ $bytes: "YQ==", text: true }, "a"],
])("%j is read", (wire, value) => expect(decodeValue(wire, "v")).toEqual(value));

test.each<[unknown, RegExp]>([
  [undefined, /^v: a value is required/],
  [2 ** 60, /lost digits/],
  [{ $int: "9223372036854775808" }, /exceeds 64 bits/],
  [{ $int: "1.5" }, /at most 19 digits/],
  [{ $int: 5 }, /is none of/],
  [{ $int: "5", x: 1 }, /is none of/],
  [{ $bytes: "A" }, /padded base64/],
  [{ $bytes: "AA==", text: "yes" }, /true or false/],
  [{ $real: "abc" }, /decimal number/],
  [{ $real: "1.2.3" }, /decimal number/],
  [{ $other: 1 }, /write other keys/],
  ["\ud800", /lone surrogate/],
  [{ "\ud800": 1 }, /lone surrogate/],
  [{ a: [{ $int: "x" }] }, /^v\/"a"\/0: /],
])("%j is refused", (wire, message) => expect(() => decodeValue(wire, "v")).toThrow(message));

test("nesting is bounded, so that hostile depth cannot overflow the stack", () => {
  const nested = (depth: number) => JSON.parse("[".repeat(depth) + "]".repeat(depth)) as unknown;
  expect(() => decodeValue(nested(16), "v")).not.toThrow();
  expect(() => decodeValue(nested(17), "v")).toThrow(/nested deeper than 16/);
  expect(() => decodeValue(nested(100_000), "v")).toThrow(/nested deeper than 16/);
});

test("a member called __proto__ is a member", () => {
  const value = decodeValue(JSON.parse('{"__proto__": {"x": 1}}'), "v");
  expect(JSON.stringify(encodeValue(value))).toBe('{"__proto__":{"x":1}}');
});

test("every JSON value survives the way out and in again", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (json) => {
      fc.pre(JSON.stringify(json).isWellFormed() && !/\\ud[89a-f]/.test(JSON.stringify(json)));
      fc.pre(!/e\+|\d{16}/.test(JSON.stringify(json)));
      const value = JSON.parse(JSON.stringify(json)) as Value;
      expect(JSON.stringify(through(value))).toBe(JSON.stringify(value));
    }),
  );
});
