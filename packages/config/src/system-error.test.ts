import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { systemSentence } from "./system-error.ts";

const folder = mkdtempSync(join(tmpdir(), "system-error-"));
afterAll(() => rmSync(folder, { recursive: true }));

function caught(run: () => void): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

test("what the system refuses is told with path, reason and next step", () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  const missing = join(folder, "missing");
  expect(systemSentence(caught(() => readFileSync(missing)))).toBe(
    `${missing} cannot be opened: it is not there; check the path (ENOENT)`,
  );
  expect(systemSentence(caught(() => mkdirSync(join(file, "below"), { recursive: true })))).toMatch(
    /below cannot be made: a part of the path is no folder; check the path \(ENOTDIR\)$/,
  );
  const readOnly = Object.assign(new Error("EROFS"), { code: "EROFS", path: "/x/data", syscall: "access" });
  expect(systemSentence(readOnly)).toMatch(
    /^\/x\/data cannot be written: .*read-only.*mount it writable \(EROFS\)$/,
  );
});

test("a folder on a disk that cannot be written is not told to be missing", () => {
  const error = { code: "ENOENT", syscall: "mkdir" };
  // Nobody makes a folder there, whoever he is; the system says ENOENT of it.
  const path = "/proc/jarvis/data";
  const sentence = systemSentence(Object.assign(new Error("ENOENT"), error, { path }));
  expect(sentence).toMatch(/^\/proc\/jarvis\/data cannot be made: /);
  expect(systemSentence(Object.assign(new Error("ENOENT"), error, { path: join(folder, "a/b") }))).toMatch(
    /cannot be made: it is not there/,
  );
});

test("a full disk that SQLite found is told with the next step", () => {
  // Where a first start finds no room for what SQLite shares between processes, it says the second.
  for (const code of ["SQLITE_FULL", "SQLITE_IOERR_SHMSIZE"])
    expect(systemSentence(Object.assign(new Error("disk I/O error"), { code }))).toBe(
      "the disk is full: free some space, then try again",
    );
});

test("anything else is not its business", () => {
  for (const error of [
    undefined,
    null,
    "x",
    new Error("x"),
    Object.assign(new Error("x"), { code: "damaged" }),
  ])
    expect(systemSentence(error)).toBeUndefined();
  const unknown = Object.assign(new Error("x"), { code: "EWHAT", path: "/x", syscall: "open" });
  expect(systemSentence(unknown)).toBeUndefined();
});
