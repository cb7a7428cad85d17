import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import * as crdt from "./index.ts";
import * as snapshot from "./snapshot/snapshot.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const examples = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code!);

test.each(examples)("the README's example prints what it says: %s", (example) => {
  const lines = example.split("\n").filter((line) => line.includes("console.log"));
  expect(lines.length).toBeGreaterThan(0);
  const printed: string[] = [];
  const log = (...values: unknown[]) =>
    printed.push(values.map((value) => (typeof value === "string" ? value : inspect(value))).join(" "));
  const body = example.replaceAll(/import (\{.*?\}) from ".*?";/g, "const $1 = crdt;");
  new Function("crdt", "console", `"use strict"; ${body}`)({ ...crdt, ...snapshot }, { log });
  expect(printed).toEqual(lines.map((line) => /\/\/ (.*)$/.exec(line)?.[1]));
});

test("the README has an example of every type", () => {
  const types = Object.entries(crdt).filter(
    ([, one]) => typeof one === "function" && "state" in one.prototype,
  );
  for (const [name] of types) expect(examples.join("\n"), name).toContain(`new ${name}(`);
});
