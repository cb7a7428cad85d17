import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Stillness } from "./stillness.ts";

let folder: string;
let path: string;
let now: number;
let stillness: Stillness;

function write(at: number): void {
  writeFileSync(path, "x");
  utimesSync(path, at / 1000, at / 1000);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stillness-"));
  path = join(folder, "archive.db");
  now = 1_700_000_000_000;
  stillness = new Stillness(path, () => now);
  write(now - 1_000);
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a file that nobody writes is still, for a while", () => {
  expect(stillness.isStill()).toBe(false);
  stillness.look();
  now += 100;
  expect(stillness.isStill()).toBe(true);
  now += 200;
  expect(stillness.isStill()).toBe(false);
});

test("a file that was written is not, nor one that may have been since without showing it", () => {
  stillness.look();
  const before = stillness.version();
  write(now);
  expect(stillness.version()).not.toBe(before);
  expect(stillness.isStill()).toBe(false);
  stillness.look();
  expect(stillness.isStill()).toBe(false);
});

test("a file that is being written is never the same, and of a write-ahead log only SQLite knows", () => {
  writeFileSync(`${path}-journal`, "");
  expect(stillness.version()).toBeNaN();
  stillness.look();
  expect(stillness.isStill()).toBe(false);
  rmSync(`${path}-journal`);
  writeFileSync(`${path}-wal`, "");
  expect(stillness.version()).toBeUndefined();
  stillness.look();
  expect(stillness.isStill()).toBe(false);
});

test("tells at a look whether somebody else wrote the file since the last one", () => {
  expect(stillness.look()).toBe(false);
  expect(stillness.look()).toBe(false);
  write(now);
  expect(stillness.look()).toBe(true);
  // Another write in the same tick would not show.
  expect(stillness.look()).toBe(true);
  now += 1_000;
  expect(stillness.look()).toBe(true);
  expect(stillness.look()).toBe(false);
  write(now);
  stillness.wrote();
  expect(stillness.look()).toBe(false);
  expect(stillness.look()).toBe(false);
});
