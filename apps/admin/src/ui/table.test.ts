import { expect, test } from "vitest";
import { facts, table } from "./table.ts";

test("piped, a table is columns separated by tabs; foreign text cannot break it", () => {
  expect(
    table(
      ["a", "b"],
      [
        ["x\ty\u001b[31m\n", null],
        [5, ""],
      ],
      false,
    ),
  ).toBe("a\tb\nx\\u{9}y\\u{1b}[31m\\u{a}\t-\n5\t");
});

test("on a terminal it has lines", () => {
  expect(table(["a"], [["x"]], true)).toContain("│");
});

test("facts stand in two columns", () => {
  expect(
    facts([
      ["a", 1],
      ["long", null],
    ]),
  ).toBe("a     1\nlong  -");
});
