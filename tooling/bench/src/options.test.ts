import { expect, test } from "vitest";
import { type Options, readOptions, UsageError, usage } from "./options.ts";
import { subjects } from "./subjects.ts";

const read = (...args: string[]) => readOptions(args, subjects) as Options;
const names = (options: Options) => options.subjects.map(({ name }) => name);

test("without arguments everything is measured", () => {
  expect(names(read())).toEqual(subjects.map(({ name }) => name));
});

test("what is chosen comes in the order of a round, with Y1", () => {
  expect(names(read("--only", "yjs-json,own"))).toEqual(["y1", "own", "yjs-json"]);
  expect(names(read("--only", "own", "--only", "yardsticks"))).toEqual(["y1", "raw", "y2", "own"]);
});

test("sizes come from a preset or are named, with rounds for all of them", () => {
  expect(read("--full", "--rounds", "2").sizes.map(({ rounds }) => rounds)).toEqual([2, 2, 2]);
  expect(read("--rows", "500,20", "--rounds", "1").sizes).toEqual([
    { rows: 20, rounds: 1 },
    { rows: 500, rounds: 1 },
  ]);
});

test.each([
  [["--quick", "--full"], "exclude each other"],
  [["--rows", "ten"], '--rows wants a whole number from 1 to 100000000, not "ten"'],
  [["--rows", "5,"], "--rows wants"],
  [["--rounds", "0"], "--rounds wants"],
  [["--only", "sqlite"], "there is nothing of that name"],
  [["--sync"], "Unknown option '--sync'"],
])("%j is refused by a sentence", (args, sentence) => {
  expect(() => read(...args)).toThrow(UsageError);
  expect(() => read(...args)).toThrow(sentence);
});

test("help names everything that can be chosen", () => {
  expect(readOptions(["--help"], subjects)).toBe("help");
  for (const { name } of subjects) expect(usage(subjects)).toContain(`    ${name} `);
});
