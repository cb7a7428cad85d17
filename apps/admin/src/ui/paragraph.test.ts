import { expect, test } from "vitest";
import { paragraph } from "./paragraph.ts";

test("a sentence goes on under its beginning, and is one line where it is piped", () => {
  expect(paragraph("note  ", "one two three four five six", 26)).toBe(
    "note  one two three four\n      five six",
  );
  expect(paragraph("note  ", "one two three four five six", undefined)).toBe(
    "note  one two three four five six",
  );
  expect(paragraph("\u001b[31mX\u001b[39m ", "one two three four five six", 22, 2)).toBe(
    "\u001b[31mX\u001b[39m one two three four\n  five six",
  );
});
