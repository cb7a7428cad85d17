import { expect, test } from "vitest";
import { escapeText, showValue } from "./text.ts";

test("what acts on a terminal is escaped", () => {
  expect(escapeText("\u001b[31mred\r\n\u202eevil\u0000")).toBe(
    "\\u{1b}[31mred\\u{d}\\u{a}\\u{202e}evil\\u{0}",
  );
  expect(escapeText("Zoë 漢 🚀")).toBe("Zoë 漢 🚀");
  expect(escapeText("a\ud800b")).toBe("a\\u{d800}b");
});

test("long values are cut", () => {
  expect(showValue("x".repeat(1000))).toHaveLength(81);
  expect(showValue({ a: [1, null] })).toBe('{"a":[1,null]}');
  expect(showValue(1n)).toBe("a bigint");
});
