import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { LateTable } from "./late-table.ts";

test("a table is made once, and made anew where its making was rolled back", () => {
  using database = new Opened();
  const table = new LateTable(database.db, "late", "key INTEGER PRIMARY KEY");
  const add = () => table.statement<[number]>("INSERT INTO late VALUES (?)");
  expect(table.isThere).toBe(false);

  database.db.exec("BEGIN");
  table.make();
  add().run(1);
  database.db.exec("ROLLBACK");
  table.reload();
  expect(table.isThere).toBe(false);

  table.make();
  table.make();
  add().run(2);
  expect(table.statement<[], number>("SELECT key FROM late").pluck().all()).toEqual([2]);
  expect(new LateTable(database.db, "late", "key INTEGER PRIMARY KEY").isThere).toBe(true);
});

class Opened {
  readonly db = new Database(":memory:");

  [Symbol.dispose](): void {
    this.db.close();
  }
}
