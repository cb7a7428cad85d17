import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

it("the README's example prints what it says", () => {
  const folder = new URL("../", import.meta.url);
  const example = /```js\n([\s\S]*?)```/.exec(readFileSync(new URL("README.md", folder), "utf8"))?.[1];
  const promised = /console\.log\(.*\);\s*\/\/ (.*)\n/.exec(example ?? "")?.[1];
  const flags = ["-C", "source", "--input-type=module", "-e", example ?? ""];
  const run = spawnSync(process.execPath, flags, { cwd: fileURLToPath(folder), encoding: "utf8" });
  expect(run.stderr).toBe("");
  expect(run.stdout.trim()).toBe(promised);
});
