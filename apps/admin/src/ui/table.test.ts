import { expect, test } from "vitest";
import { facts, table } from "./table.ts";

test("piped, a table is columns separated by tabs; foreign text cannot break it", () => {
  expect(
    table(
      ["a", "b"],
      [
        ["x\ty\u001b[31m\n", null],
        [5000, ""],
      ],
      undefined,
    ),
  ).toBe("a\tb\nx\\u{9}y\\u{1b}[31m\\u{a}\t-\n5000\t");
});

test("on a terminal it is framed, numbers stand to the right, wide characters count twice", () => {
  expect(
    table(
      ["what", "rows"],
      [
        ["日本", 12],
        ["notes", 3056],
        ["none", null],
      ],
      80,
    ).split("\n"),
  ).toEqual([
    "┌───────┬───────┐",
    "│ what  │  rows │",
    "├───────┼───────┤",
    "│ 日本  │    12 │",
    "│ notes │ 3,056 │",
    "│ none  │     - │",
    "└───────┴───────┘",
  ]);
});

test("what is wider than the terminal goes on in the next line, between words where it can", () => {
  expect(
    table(["id", "why"], [["0123456789abcdef", "the archive refuses this row"]], 34).split("\n"),
  ).toEqual([
    "┌──────────────────┬─────────────┐",
    "│ id               │ why         │",
    "├──────────────────┼─────────────┤",
    "│ 0123456789abcdef │ the archive │",
    "│                  │ refuses     │",
    "│                  │ this row    │",
    "└──────────────────┴─────────────┘",
  ]);
  expect(table(["id"], [["0123456789abcdef"]], 14).split("\n")).toEqual([
    "┌────────────┐",
    "│ id         │",
    "├────────────┤",
    "│ 0123456789 │",
    "│ abcdef     │",
    "└────────────┘",
  ]);
});

test("where words would be torn, each row is told one fact a line", () => {
  expect(
    table(
      ["peer", "address", "state"],
      [
        ["server", "server.example.org:8888", "connected"],
        ["desk", null, "known, and not dialled now"],
      ],
      34,
    ),
  ).toBe(
    "peer     server\naddress  server.example.org:8888\nstate    connected\n\n" +
      "peer     desk\naddress  -\nstate    known, and not dialled\n         now",
  );
});

test("long cells are shown whole", () => {
  expect(table(["columns"], [["column, ".repeat(100)]], undefined)).not.toContain("…");
});

test("facts stand in two columns", () => {
  expect(
    facts([
      ["a", 1],
      ["long", null],
    ]),
  ).toBe("a     1\nlong  -");
});
