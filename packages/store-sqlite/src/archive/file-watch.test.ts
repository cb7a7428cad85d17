import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { FileWatch } from "./file-watch.ts";

const folder = mkdtempSync(join(tmpdir(), "file-watch-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("tells of a write to the file or a log of it, and of no other, while it is armed", async () => {
  const path = join(folder, "archive.db");
  writeFileSync(path, "");
  let told = Promise.withResolvers<void>();
  let times = 0;
  const watch = new FileWatch(path, () => {
    times++;
    told.resolve();
  });
  watch.arm();
  watch.arm();
  writeFileSync(join(folder, "another.db-wal"), "x");
  appendFileSync(`${path}-wal`, "x");
  await told.promise;
  told = Promise.withResolvers();
  appendFileSync(path, "x");
  await told.promise;
  watch.disarm();
  const before = times;
  appendFileSync(path, "x");
  watch.arm();
  told = Promise.withResolvers();
  appendFileSync(`${path}-journal`, "x");
  await told.promise;
  watch.disarm();
  expect(times).toBeGreaterThan(before);
});

test("is quiet where there is nothing to watch", () => {
  const watch = new FileWatch(join(folder, "no such folder", "archive.db"), () => {
    throw new Error("nothing can have been written");
  });
  watch.arm();
  watch.arm();
  watch.disarm();
});
