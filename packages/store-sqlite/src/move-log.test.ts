import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { moveLog } from "./move-log.ts";

const folder = mkdtempSync(join(tmpdir(), "move-log-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, bytes: number) {
  const path = join(folder, name);
  const db = new Database(path);
  db.pragma("journal_mode = WAL");
  db.exec("CREATE TABLE t(x)");
  db.prepare("INSERT INTO t VALUES (zeroblob(?))").run(bytes);
  return { path, db, logBytes: () => statSync(`${path}-wal`).size };
}

test("a long write-ahead log is given back, a short one stays", () => {
  const long = file("long", 3_000_000);
  expect(moveLog(long.db, long.path)).toBe(false);
  expect(long.logBytes()).toBe(0);
  const short = file("short", 1_000);
  const before = short.logBytes();
  moveLog(short.db, short.path);
  expect(short.logBytes()).toBe(before);
  long.db.close();
  short.db.close();
});

test("a log that somebody reads stays until he is done, and nobody waits for him", () => {
  const { path, db, logBytes } = file("read", 3_000_000);
  const reader = new Database(path, { readonly: true });
  const reading = reader.prepare("SELECT x FROM t").iterate();
  reading.next();
  db.exec("INSERT INTO t VALUES (1)");
  expect(moveLog(db, path)).toBe(true);
  expect(logBytes()).toBeGreaterThan(3_000_000);
  expect(db.pragma("busy_timeout", { simple: true })).toBe(5000);
  reading.return?.();
  moveLog(db, path);
  expect(logBytes()).toBe(0);
  reader.close();
  db.close();
});
