import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runCli } from "./cli.ts";
import { version } from "./version.ts";

const printed = { out: "", err: "" };
beforeEach(() => {
  Object.assign(printed, { out: "", err: "" });
  const collect = (name: "out" | "err") => (chunk: string | Uint8Array) => {
    printed[name] += chunk;
    return true;
  };
  vi.spyOn(process.stdout, "write").mockImplementation(collect("out"));
  vi.spyOn(process.stderr, "write").mockImplementation(collect("err"));
});
afterEach(() => vi.restoreAllMocks());

const run = (...args: readonly string[]) =>
  runCli(args, () => Promise.reject(new Error("must not be composed")));

test.each([[[]], [["--unknown"]], [["extra"]], [["--config"]], [["--config", "a", "--print-config"]]])(
  "%j is a usage error, exit 2",
  async (args) => {
    expect(await run(...args)).toBe(2);
    expect(printed.out).toBe("");
    expect(printed.err).toMatch(/^jarvisd: /);
  },
);

test("an absent configuration is named with what to do, exit 2", async () => {
  expect(await run("--config", "/nowhere/config.yaml")).toBe(2);
  expect(printed.err).toMatch(
    /^jarvisd: \/nowhere\/config\.yaml has one mistake:\n {2}cannot be read \(ENOENT\)/,
  );
});

test("--print-config, --help and --version print on standard output, exit 0", async () => {
  expect(await run("--print-config")).toBe(0);
  expect(printed.out).toContain("jarvis_archive.db");
  expect(await run("--help")).toBe(0);
  expect(printed.out).toContain("--config <file>");
  expect(await run("--version")).toBe(0);
  expect(printed.out.endsWith(`${version}\n`)).toBe(true);
  expect(printed.err).toBe("");
});
