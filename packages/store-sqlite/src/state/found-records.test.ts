import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { FoundRecords } from "./found-records.ts";

function history() {
  const database = new Database(":memory:");
  database.exec(
    "CREATE TABLE conflict_log(id INTEGER PRIMARY KEY,conflict_type TEXT,resolution_details TEXT)",
  );
  const insert = database.prepare("INSERT INTO conflict_log(conflict_type,resolution_details) VALUES(?,?)");
  const ids = () => database.prepare("SELECT id FROM conflict_log ORDER BY id").pluck().all();
  return { database, insert, ids };
}

test("keeps the latest, and every conflict of another kind", () => {
  const { database, insert, ids } = history();
  const found = new FoundRecords(database, { records: 32, bytes: 1e6 });
  insert.run("concurrent-write", "x");
  for (let n = 0; n < 99; n++) {
    insert.run(n % 2 ? "archive-value" : "removed-row", "x");
    found.written(1);
  }
  expect(ids()).toEqual([1, ...Array.from({ length: 32 }, (_, i) => 69 + i)]);
});

test("keeps no more bytes than it may, and one record more", () => {
  const { database, insert, ids } = history();
  const found = new FoundRecords(database, { records: 1_000, bytes: 100 });
  for (let n = 0; n < 10; n++) {
    insert.run("archive-value", "x".repeat(30));
    found.written(30);
  }
  expect(ids()).toEqual([7, 8, 9, 10]);
});
