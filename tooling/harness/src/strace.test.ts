import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { diskFullAtWrite, hasStrace, killAtFsync } from "./strace.ts";

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
