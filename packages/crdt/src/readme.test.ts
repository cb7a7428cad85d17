import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import * as crdt from "./index.ts";

test("the README's example prints what it says", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = /```js\n([\s\S]*?)```/.exec(readme)?.[1];
  expect(example).toBeDefined();
  const lines = example!.split("\n").filter((line) => line.includes("console.log"));
  const printed: string[] = [];
  const log = (...values: unknown[]) =>
    printed.push(values.map((value) => (typeof value === "string" ? value : inspect(value))).join(" "));
  const names = /import \{ (.*?) \}/.exec(example!)![1]!;
  const body = example!.slice(example!.indexOf(";") + 1);
  new Function("crdt", "console", `"use strict"; const { ${names} } = crdt; ${body}`)(crdt, { log });
  expect(printed).toEqual(lines.map((line) => /\/\/ (.*)$/.exec(line)?.[1]));
  expect(printed.length).toBe(3);
});
