import { expect, test } from "vitest";
import { readOptions, stepList, UsageError, usage } from "./options.ts";
import { scenarios } from "./scenarios.ts";

test("a soak of all scenarios, unless said otherwise", () => {
  const options = readOptions(["--seeds", "10000", "--nodes", "5"]);
  expect(options).toMatchObject({ command: "soak", first: 1, seeds: 10_000, nodes: 5, store: "memory" });
  expect(options).toMatchObject({ scenarios });
});

test("one seed, some steps", () => {
  const options = readOptions(["--scenario", "crash", "--seed", "7", "--steps", "3,5,9-11"]);
  expect(options).toMatchObject({ first: 7, seeds: 1, steps: new Set([3, 5, 9, 10, 11]) });
  expect(stepList([3, 5, 9, 10, 11])).toBe("3,5,9-11");
});

test.each([
  [["--scenario", "nonsense"], "none of that name"],
  [["--seeds", "many"], "--seeds wants a whole number"],
  [["--steps", "1"], "--steps goes with"],
  [["--store", "paper"], "memory or sqlite"],
  [["--replay", "x.json", "--seeds", "3"], "--replay goes without --seeds"],
  [["--wrong"], "--wrong"],
])("%j is refused with a sentence", (args, sentence) => {
  expect(() => readOptions(args)).toThrow(UsageError);
  expect(() => readOptions(args)).toThrow(sentence);
});

test("the help names every scenario", () => {
  for (const { name, summary } of scenarios) {
    expect(usage()).toContain(name);
    expect(usage()).toContain(summary);
  }
});
