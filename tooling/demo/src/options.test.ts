import { describe, expect, it } from "vitest";
import { readOptions, UsageError } from "./options.ts";

describe("the options of start", () => {
  it("has the documented defaults", () => {
    expect(readOptions([])).toEqual({
      once: false,
      timeout: 60,
      archive: undefined,
      nodes: 3,
      rows: 2000,
      data: undefined,
      keep: false,
    });
  });

  it("reads what is given", () => {
    expect(readOptions(["--once", "--nodes", "5", "--rows=10", "--data", "d"])).toMatchObject({
      once: true,
      nodes: 5,
      rows: 10,
      data: "d",
    });
  });

  it.each([
    ["--nodes", "1"],
    ["--nodes", "three"],
    ["--rows", "-1"],
    ["--timeout", ""],
    ["--unknown"],
    ["extra"],
  ])("refuses %s %s", (...args) => {
    expect(() => readOptions(args)).toThrow(UsageError);
  });
});
