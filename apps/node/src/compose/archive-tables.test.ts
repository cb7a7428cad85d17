import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Configuration } from "@jarvis-crdt/config";
import { hasCapture, openArchiveDatabase } from "@jarvis-crdt/store-sqlite";
import { afterAll, expect, test } from "vitest";
import { readMappings } from "./archive-tables.ts";

const folder = mkdtempSync(join(tmpdir(), "archive-tables-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ["nothing yet", () => undefined],
  ["a file of no bytes", (path: string) => writeFileSync(path, "")],
  [
    "a file of one page, without a table",
    (path: string) => {
      const db = openArchiveDatabase(path, { create: true });
      db.pragma("journal_mode = WAL");
      db.close();
    },
  ],
])("whoever was making the archive and lost power left %s: it is made", (what, begin) => {
  const path = join(folder, `${what}.db`);
  begin(path);
  const configuration = { archive: { path, operations: {} }, tables: {} } as unknown as Configuration;
  expect(readMappings(configuration).map(({ name }) => name)).toContain("archive_entries");
  const db = openArchiveDatabase(path, { readonly: true });
  expect(hasCapture(db)).toBe(true);
  db.close();
});
