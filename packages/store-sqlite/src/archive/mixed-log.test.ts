import { copyFileSync, existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, expect, it } from "vitest";
import { isLogMixed, setLogAside } from "./mixed-log.ts";

let folder: string;
let live: string;
let dead: string;
let db: Sqlite.Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mixed-log-"));
  [live, dead] = [join(folder, "live.db"), join(folder, "dead.db")];
  db = new Sqlite(live);
  db.pragma("journal_mode = WAL");
  db.exec("CREATE TABLE t(x)");
  add(2000);
  db.pragma("wal_checkpoint(TRUNCATE)");
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

const add = (rows: number) =>
  db.transaction(() => {
    for (let row = 0; row < rows; row++) db.prepare("INSERT INTO t VALUES(?)").run(`row ${row}`);
  })();

/** What the program would leave if it were killed now; the log was written after its file was, or before. */
function killed(order: "log last" | "file last"): void {
  copyFileSync(live, dead);
  copyFileSync(`${live}-wal`, `${dead}-wal`);
  const at = Date.now() / 1000 + (order === "log last" ? 60 : -60);
  utimesSync(`${dead}-wal`, at, at);
}

it("takes a log that was written last for that of its file", () => {
  expect(isLogMixed(dead)).toBe(false);
  add(10);
  killed("log last");
  expect(isLogMixed(dead)).toBe(false);
});

it("finds a log beside another file than its own", () => {
  copyFileSync(live, join(folder, "older.db"));
  add(10);
  killed("file last");
  copyFileSync(join(folder, "older.db"), dead);
  expect(isLogMixed(dead)).toBe(true);
});

it("takes a log that is in its file for harmless, whenever the file was written", () => {
  add(10);
  db.pragma("wal_checkpoint(PASSIVE)");
  killed("file last");
  expect(isLogMixed(dead)).toBe(false);
});

it("does not look at what is left in a log from before it was begun anew, nor at a log of nothing", () => {
  add(3000);
  db.pragma("wal_checkpoint(RESTART)");
  db.prepare("UPDATE t SET x='newer' WHERE rowid=1").run();
  db.pragma("wal_checkpoint(PASSIVE)");
  killed("file last");
  expect(isLogMixed(dead)).toBe(false);
  writeFileSync(`${dead}-wal`, "");
  copyFileSync(live, dead);
  expect(isLogMixed(dead)).toBe(false);
});

it("sets a log aside that would make a sound file unsound, and no other", () => {
  copyFileSync(live, join(folder, "older.db"));
  add(2000);
  db.pragma("wal_checkpoint(TRUNCATE)");
  add(1000);
  killed("file last");
  expect(setLogAside(dead)).toBe(undefined);
  copyFileSync(join(folder, "older.db"), dead);
  expect(isLogMixed(dead)).toBe(true);
  expect(setLogAside(dead)).toBe(`${dead}-wal.aside`);
  expect(existsSync(`${dead}-wal.aside`)).toBe(true);
  const copy = new Sqlite(dead);
  expect(copy.prepare("SELECT count(*) FROM t").pluck().get()).toBe(2000);
  copy.close();
});
