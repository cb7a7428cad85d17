import { testCrypto } from "@jarvis-crdt/batch/testing";
import { columnsOf, openArchiveDatabase } from "@jarvis-crdt/store-sqlite";
import { expect, it } from "vitest";
import { mapArchive } from "./map-archive.ts";
import { NewRows } from "./new-rows.ts";

it("makes rows of a table that the application has just made anew without a stamp's columns", () => {
  const db = openArchiveDatabase(":memory:", { create: true });
  db.exec(
    "CREATE TABLE archive_entries(id INTEGER PRIMARY KEY AUTOINCREMENT, content TEXT, feeling TEXT DEFAULT 'calm')",
  );
  expect(columnsOf(db, "archive_entries").map(({ name }) => name)).not.toContain("crdt_type");
  const mappings = mapArchive(db);
  expect(mappings).toMatchObject([{ name: "archive_entries", stamped: true }]);
  const { hasher } = testCrypto(1);
  using rows = new NewRows(db, mappings, { uid: () => new Uint8Array(16), hasher });
  db.close();
  const { values } = rows.add("archive_entries", new Map([["content", "new"]]));
  expect(values.filter((value) => value !== null)).toEqual(["new", "calm"]);
});
