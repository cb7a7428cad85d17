import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { diskFullAtWrite, hasStrace, killAtFsync, killAtWrite, traceRunning } from "./strace.ts";

const folder = mkdtempSync(join(tmpdir(), "strace-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Appends a byte and fsyncs, ten times. */
const program = `
  const fs = require("node:fs");
  const fd = fs.openSync(process.argv[1], "w");
  for (let i = 0; i < 10; i++) { fs.writeSync(fd, "x", i); fs.fsyncSync(fd); }`;

function run(wrap: readonly string[], file: string) {
  const [command, ...args] = [...wrap, process.execPath, "-e", program, join(folder, file)];
  return spawnSync(command as string, args);
}

describe.skipIf(!hasStrace())("strace", () => {
  test("kills at the n-th fsync", () => {
    expect(run(killAtFsync(4), "killed").signal).toBe("SIGKILL");
    expect(readFileSync(join(folder, "killed"), "utf8")).toBe("xxxx");
  });

  test("kills at the n-th write, which does not happen", () => {
    expect(run(killAtWrite(4), "unwritten").signal).toBe("SIGKILL");
    expect(readFileSync(join(folder, "unwritten"), "utf8")).toBe("xxx");
  });

  test("kills at the n-th write to one file", () => {
    expect(run(killAtWrite(1, join(folder, "another")), "spared").status).toBe(0);
    expect(run(killAtWrite(2, join(folder, "meant")), "meant").signal).toBe("SIGKILL");
    expect(readFileSync(join(folder, "meant"), "utf8")).toBe("x");
  });

  test("kills what runs already, counting from then on", async () => {
    const file = join(folder, "late");
    const onInput = `process.stdin.once("data", () => { ${program} })`;
    const child = spawn(process.execPath, ["-e", onInput, file], { stdio: ["pipe", "ignore", "inherit"] });
    await traceRunning(child.pid!, killAtFsync(4));
    child.stdin.write("go");
    expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
    expect(readFileSync(file, "utf8")).toBe("xxxx");
    await expect(traceRunning(child.pid!, killAtFsync(4))).rejects.toThrow("cannot be traced");
  });

  test("lets a program pass that never gets there", () => {
    expect(run(killAtFsync(11), "passed").status).toBe(0);
    expect(readFileSync(join(folder, "passed"), "utf8")).toHaveLength(10);
  });

  test("fills the disk", () => {
    const { status, stderr } = run(diskFullAtWrite(3), "full");
    expect(status).toBe(1);
    expect(stderr.toString()).toContain("ENOSPC");
    expect(readFileSync(join(folder, "full"), "utf8")).toBe("xx");
  });
});
