import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const home = dirname(dirname(fileURLToPath(import.meta.url)));

it("the example of the README runs and prints what it says", () => {
  const readme = readFileSync(join(home, "README.md"), "utf8");
  const [, example, printed] = /```ts\n([\s\S]*?)```\n\nprints `(.*?)`/.exec(readme)!;
  const folder = mkdtempSync(join(tmpdir(), "readme-"));
  try {
    mkdirSync(join(folder, "node_modules", "@jarvis-crdt"), { recursive: true });
    symlinkSync(home, join(folder, "node_modules", "@jarvis-crdt", "security"));
    writeFileSync(join(folder, "example.ts"), example!);
    const parameters = ["-C", "source", "--disable-warning=ExperimentalWarning", "example.ts"];
    expect(execFileSync(process.execPath, parameters, { cwd: folder, encoding: "utf8" })).toBe(
      `${printed}\n`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
