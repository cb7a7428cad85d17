import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installCapture, openArchiveDatabase } from "@jarvis-crdt/store-sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createArchive } from "./create-archive.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "archive-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("makes a file that the assistant reads by position", () => {
  const path = join(folder, "archive.db");
  writeFileSync(path, "");
  const mappings = createArchive(path);
  const db = openArchiveDatabase(path);
  const columns = (db.pragma("table_info(archive_entries)") as { name: string }[]).map(({ name }) => name);
  expect(columns.slice(0, 13)).toEqual([
    "id",
    "timestamp",
    "data_type",
    "content",
    "source",
    "operation",
    "content_hash",
    "metadata",
    "verification_status",
    "verification_score",
    "verification_model",
    "verification_timestamp",
    "verification_details",
  ]);
  expect(columns.slice(-6)[0]).toBe("crdt_type");
  expect(columns).toHaveLength(21);
  expect(db.pragma("journal_mode", { simple: true })).toBe("wal");
  expect(db.pragma("page_size", { simple: true })).toBe(4096);
  expect(installCapture(db, mappings)).toBe(false);
  db.close();
});

it("never writes over a file that holds something", () => {
  const path = join(folder, "archive.db");
  createArchive(path);
  expect(() => createArchive(path)).toThrow("adopt it");
});
