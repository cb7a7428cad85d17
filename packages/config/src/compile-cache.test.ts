import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "compile-cache-"));
afterAll(() => rmSync(folder, { recursive: true }));

const module = fileURLToPath(new URL("./compile-cache.ts", import.meta.url));

/** A process that keeps what it compiles; says where, or that it does not. */
function run(env: NodeJS.ProcessEnv): string {
  const code = `
    import { getCompileCacheDir } from "node:module";
    import { keepCompiled } from ${JSON.stringify(module)};
    keepCompiled();
    await import("data:text/javascript,export const loaded = true;");
    console.log(getCompileCacheDir() ?? "nowhere");`;
  const ran = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    env: { HOME: folder, ...env },
    encoding: "utf8",
    timeout: 30_000,
  });
  expect(ran.stderr).toBe("");
  return ran.stdout.trim();
}

describe("the compile cache", () => {
  it("lies in the user's own cache folder, and nobody else can read or write it", () => {
    const at = run({});
    expect(at.startsWith(join(folder, ".cache", "jarvis-crdt"))).toBe(true);
    expect(readdirSync(at)).not.toEqual([]);
    expect(statSync(join(folder, ".cache", "jarvis-crdt")).mode & 0o777).toBe(0o700);
  });

  it("lies where the user has other caches", () => {
    expect(run({ XDG_CACHE_HOME: join(folder, "elsewhere") })).toContain(join(folder, "elsewhere"));
    expect(run({ NODE_COMPILE_CACHE: join(folder, "named") })).toContain(join(folder, "named"));
  });

  it("is done without where it cannot be written", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    expect(run({ XDG_CACHE_HOME: file })).toBe("nowhere");
    expect(run({ XDG_CACHE_HOME: "/proc/none" })).toBe("nowhere");
    expect(readdirSync(folder)).toContain("file");
  });
});
