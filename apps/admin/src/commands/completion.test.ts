import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { inProcess } from "../testing/run.ts";

const hasBash = spawnSync("bash", ["--version"]).status === 0;

/** What bash offers for a line whose last word is not finished. */
async function offered(line: string): Promise<readonly string[]> {
  const { out } = await inProcess("completion", "bash");
  const words = line.split(" ");
  const script = `${out}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")})
COMP_CWORD=${words.length - 1}
_jarvisctl
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return spawnSync("bash", ["-c", script], { encoding: "utf8" }).stdout.trim().split("\n");
}

test.skipIf(!hasBash)("Tab completes commands, commands below them and options", async () => {
  expect(await offered("jarvisctl st")).toEqual(["status"]);
  expect(await offered("jarvisctl backup ver")).toEqual(["verify"]);
  expect(await offered("jarvisctl status --no")).toEqual(["--node"]);
  expect(await offered("jarvisctl status --config x --js")).toEqual(["--json"]);
});

test.each(["bash", "zsh", "fish"])("%s is told of every command", async (shell) => {
  const { code, out } = await inProcess("completion", shell);
  expect(code).toBe(0);
  for (const word of ["status", "quarantine", "reconcile", "token-file"]) expect(out).toContain(word);
});

test("another shell is refused", async () => {
  expect(await inProcess("completion", "cmd")).toMatchObject({
    code: 2,
    err: expect.stringContaining("bash, zsh, fish"),
  });
});
