import { chmodSync, copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateArchive } from "@jarvis-crdt/fixtures";
import { openArchiveDatabase } from "@jarvis-crdt/store-sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { findPatterns } from "./find-patterns.ts";

const fixtures = join(import.meta.dirname, "../../../../shared/fixtures");

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "patterns-"));
  path = join(folder, "archive.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

const oddities = () =>
  Object.fromEntries(findPatterns({ path }).oddities.map(({ what, rows }) => [what, rows]));

it("counts operations with their types, and values, over several transactions, and changes nothing", () => {
  generateArchive({ path, rows: 5_000, seed: 2, activities: 100 });
  const before = readFileSync(path);
  let told = 0;
  const { operations, types, columns, oddities } = findPatterns({
    path,
    onProgress: ({ rows }) => {
      told = rows;
    },
  });
  expect(told).toBe(5_100);
  expect(Object.values(types).reduce((a, b) => a + b)).toBe(5_000);
  expect(operations.every(({ rows }, i) => rows <= (operations[i - 1]?.rows ?? Infinity))).toBe(true);
  expect(operations.find(({ name }) => name === "ask_local_llm")?.type).toBe("g_counter");

  const db = openArchiveDatabase(path);
  const exact = db
    .prepare(
      `SELECT sum(verification_score IS NULL),count(DISTINCT data_type),max(length(CAST(content AS BLOB))),
       sum(length(CAST(content AS BLOB))) FROM archive_entries`,
    )
    .raw()
    .get() as number[];
  db.close();
  const column = (name: string) =>
    columns.find((one) => one.table === "archive_entries" && one.column === name)!;
  expect([
    column("verification_score").nulls,
    column("data_type").distinct,
    column("content").longest,
    column("content").bytes,
  ]).toEqual(exact);
  expect(column("content").distinct).toBeNull();
  expect(oddities).toEqual([]);
  expect(readFileSync(path)).toEqual(before);
  expect(readdirSync(folder)).toEqual(["archive.db"]);
});

it("names what may surprise", () => {
  generateArchive({ path, rows: 20, seed: 2, activities: 0, queued: false });
  const db = openArchiveDatabase(path);
  db.exec(`UPDATE archive_entries SET metadata=x'00ff' WHERE id=1;
    UPDATE archive_entries SET content='a'||char(0)||'b' WHERE id IN(2,3);
    UPDATE archive_entries SET content=CAST(x'61ff62' AS TEXT) WHERE id=4;
    UPDATE archive_entries SET content=CAST(x'6100ff' AS TEXT) WHERE id=5;
    UPDATE archive_entries SET content='ż数🚀' WHERE id=6;
    UPDATE archive_entries SET content=printf('%070000d',1) WHERE id=7;
    UPDATE archive_entries SET id=-5 WHERE id=8;
    UPDATE archive_entries SET id=4611686018427387904 WHERE id=9;
    INSERT INTO verification_queue(archive_entry_id) VALUES(77),(10)`);
  db.close();
  expect(oddities()).toEqual({
    "archive_entries.metadata: a BLOB": 1,
    "archive_entries.content: a NUL byte in a text": 3,
    "archive_entries.content: a text that is not valid UTF-8": 2,
    "archive_entries.content: a value above 64 KiB": 1,
    "archive_entries: a key of zero or below": 1,
    "archive_entries: a key above 2^48, which stays on this node": 1,
    "verification_queue: an entry that is not there any more": 1,
  });
});

it.skipIf(!existsSync(fixtures))("reads the worst of real files", () => {
  copyFileSync(join(fixtures, "jarvis-nasty-no-version.db"), path);
  chmodSync(path, 0o644);
  const found = oddities();
  expect(found["archive_entries: no column program_version"]).toBe(515);
  expect(Object.keys(found).length).toBeGreaterThan(5);
});
