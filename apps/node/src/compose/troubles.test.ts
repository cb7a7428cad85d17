import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeLogId } from "@jarvis-crdt/crdt";
import { expect, test } from "vitest";
import {
  archiveTrouble,
  clockTrouble,
  diskTrouble,
  freeBytes,
  readerTrouble,
  spaceTrouble,
  stateTrouble,
  watchFile,
} from "./troubles.ts";

const now = Date.UTC(2036, 0, 1);
const node = "11111111-2222-4333-8444-555555555555";

test("a clock that is contradicted is told with what it says, what others say, and what to do", () => {
  const trouble = clockTrouble({ kind: "contradicted", aheadMs: 10 * 86_400_000, peers: [node, node] }, now);
  expect(trouble?.code).toBe("clock-contradicted");
  expect(trouble?.sentence).toMatch(/says 2036-01-01T00:00:00Z, and 2 peers agree .* 2035-12-22T00:00:00Z/);
  expect(trouble?.next).toMatch(/timedatectl/);
  for (const kind of ["agreed", "unknown"] as const)
    expect(clockTrouble({ kind, aheadMs: 0, peers: [] }, now)).toBeUndefined();
});

test("a disk that failed an fsync is told with its code and the next step, and one that did not is not", () => {
  const failure = Object.assign(new Error("EIO: i/o error, fsync"), { code: "EIO" });
  const trouble = diskTrouble(failure, "/data/crdt_state.db");
  expect(trouble).toMatchObject({ code: "disk-failed", next: expect.stringContaining("restart jarvisd") });
  expect(trouble?.sentence).toMatch(/crdt_state\.db \(EIO\): what peers send is not stored any more/);
  expect(diskTrouble(undefined, "/data/crdt_state.db")).toBeUndefined();
});

test("a disk with room is no trouble, and one without is told by its folder", () => {
  expect(spaceTrouble(freeBytes(tmpdir()), tmpdir())).toBeUndefined();
  expect(spaceTrouble(4096, "/data")).toMatchObject({
    code: "disk-full",
    sentence: expect.stringMatching(/^The disk of \/data is full: writes are refused/),
    next: expect.stringMatching(/^Free some space/),
  });
});

test("an archive that cannot be used is told with the reason, and that it is tried again", () => {
  const failure = Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
  expect(archiveTrouble(failure, "/data/archive.db")).toMatchObject({
    code: "archive-failing",
    sentence: expect.stringContaining(
      "archive.db cannot be kept up to date (database or disk is full): what",
    ),
    next: expect.stringMatching(/^Free some space.*tried again/),
  });
  const damaged = Object.assign(new Error("/data/archive.db is damaged; restore it."), { code: "damaged" });
  expect(archiveTrouble(damaged, "/data/archive.db")).toMatchObject({
    sentence: expect.stringContaining("(/data/archive.db is damaged; restore it): what"),
    next: expect.stringContaining("jarvisctl doctor"),
  });
  expect(archiveTrouble(undefined, "/data/archive.db")).toBeUndefined();
});

test("a reader that wrote is told that nobody takes it, one that did not is told nothing", () => {
  const other = "99999999-2222-4333-8444-555555555555";
  const logOf = (author: string) => makeLogId(author, "00112233445566ff");
  expect(readerTrouble(node, [logOf(other), logOf(node)])).toMatchObject({
    code: "reader-writes",
    next: expect.stringMatching(/writer/),
  });
  expect(readerTrouble(node, [logOf(other)])).toBeUndefined();
});

test("a state file that is taken away or replaced under a running node is noticed, and said", () => {
  const folder = mkdtempSync(join(tmpdir(), "troubles-"));
  try {
    const [path, aside] = [join(folder, "state.db"), join(folder, "aside.db")];
    writeFileSync(path, "state");
    const isGone = watchFile(path);
    expect(isGone()).toBe(false);
    renameSync(path, aside);
    expect(isGone()).toBe(true);
    writeFileSync(path, "another");
    expect(isGone()).toBe(true);
    renameSync(aside, path);
    expect(isGone()).toBe(false);
    expect(stateTrouble(true, path)).toMatchObject({
      code: "state-gone",
      next: expect.stringMatching(/^Stop/),
    });
    expect(stateTrouble(false, path)).toBeUndefined();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
