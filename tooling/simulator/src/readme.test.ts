import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { invariants } from "./violation.ts";

const folder = new URL("../", import.meta.url);
const readme = readFileSync(new URL("README.md", folder), "utf8");

it("the README's example prints what it says", () => {
  const example = /```js\n([\s\S]*?)```/.exec(readme)?.[1];
  const promised = /console\.log\(.*\); \/\/ (.*)\n$/.exec(example ?? "")?.[1];
  const flags = ["-C", "source", "--input-type=module", "-e", example ?? ""];
  const run = spawnSync(process.execPath, flags, { cwd: fileURLToPath(folder), encoding: "utf8" });
  expect(run.stderr).toBe("");
  expect(run.stdout.trim()).toBe(promised);
});

it("the README explains every invariant", () => {
  for (const invariant of invariants) expect(readme).toContain(`| ${invariant} `);
});
