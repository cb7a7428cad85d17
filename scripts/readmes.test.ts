import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, test } from "vitest";

/** READMEs whose example is a program; those of `crdt` are many, and are run in the process of its own test. */
const readmes = globSync("{packages,apps,tooling}/*/README.md").flatMap((path) => {
  const [, example] = /```js\n([\s\S]*?)```/.exec(readFileSync(path, "utf8")) ?? [];
  return example === undefined || path.includes("/crdt/") ? [] : [{ path, example }];
});

test("there are such READMEs", () => {
  expect(readmes.map(({ path }) => path)).toContain("packages/store/README.md");
});

test.each(readmes)("the example in $path prints what it says", ({ path, example }) => {
  const promised = [...example.matchAll(/console\.log\(.*\);\s*\/\/ (.*)\n/g)].map(([, said]) => said);
  const flags = ["-C", "source", "--input-type=module", "-e", example];
  const run = spawnSync(process.execPath, flags, { cwd: dirname(path), encoding: "utf8" });
  expect(run.stderr).toBe("");
  expect(run.stdout.trim().split("\n")).toEqual(promised);
});
