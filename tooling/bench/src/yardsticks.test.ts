import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { copyAttached, insertNaively, insertRaw } from "./yardsticks.ts";

const folder = mkdtempSync(join(tmpdir(), "yardsticks-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("all yardsticks write the same rows into files of the same kind", () => {
  const [naive, attached, raw] = ["naive.db", "attached.db", "raw.db"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  expect(insertNaively(naive, 1500, 1).rows).toBe(1500);
  expect(copyAttached(attached, naive).rows).toBe(1500);
  expect(insertRaw(raw, 1500, 1).rows).toBe(1500);
  const contents = [naive, attached, raw].map((path) => {
    const db = new Database(path);
    const mode = db.pragma("journal_mode", { simple: true });
    const indexes = db
      .prepare("SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY 1")
      .pluck()
      .all();
    const rows = db.prepare("SELECT * FROM archive_entries ORDER BY id").all();
    db.close();
    return { mode, indexes, rows };
  });
  expect(contents[0]).toEqual(contents[1]);
  expect(contents[2]).toEqual(contents[1]);
  expect(contents[0]).toMatchObject({ mode: "wal", indexes: { length: 6 }, rows: { length: 1500 } });
});
