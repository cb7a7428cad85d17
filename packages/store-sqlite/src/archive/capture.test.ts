import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { hasCapture, installCapture } from "./capture.ts";
import { openArchiveDatabase } from "./database.ts";
import { quote } from "./name.ts";
import { SmallArchive, smallMappings, smallSchema } from "./testing/small-archive.ts";

const python = spawnSync("python3", ["-c", "import sqlite3; print(sqlite3.sqlite_version)"], {
  encoding: "utf8",
});

it("appends its columns, keeps everything else, and is idempotent", () => {
  using small = new SmallArchive();
  expect(hasCapture(small.app)).toBe(true);
  expect(installCapture(small.app, smallMappings)).toBe(false);
  const names = (small.app.pragma("table_info(entries)") as { name: string }[]).map(({ name }) => name);
  expect(names).toEqual([
    "id",
    "body",
    "loose",
    "status",
    "score",
    "version",
    "crdt_type",
    "crdt_node_id",
    "crdt_vector_clock",
    "crdt_logical_time",
    "crdt_operation_id",
    "crdt_metadata",
  ]);
  expect(small.app.pragma("journal_mode", { simple: true })).toBe("delete");
});

it("renews triggers that fit no more", () => {
  using small = new SmallArchive();
  const local = smallMappings.map((one) => ({ ...one, kind: "local" as const }));
  expect(installCapture(small.app, local)).toBe(true);
  small.app.exec("INSERT INTO entries(body) VALUES('a')");
  expect(small.all("SELECT count(*) FROM crdt_outbox")).toEqual([[0]]);
  expect(installCapture(small.app, smallMappings)).toBe(true);
  small.app.exec("INSERT INTO entries(body) VALUES('b')");
  expect(small.all("SELECT count(*) FROM crdt_outbox")).toEqual([[1]]);
});

it("copes with names that need quoting", () => {
  const table = `user's "odd" table`;
  const mapping = {
    ...smallMappings[1]!,
    name: table,
    kind: "records" as const,
    groups: [{ name: "it's", columns: ["a b", "select"] }],
  };
  using small = new SmallArchive(
    [mapping],
    `CREATE TABLE ${quote(table)}(id INTEGER PRIMARY KEY,"a b" TEXT,"select" INTEGER)`,
  );
  small.app.exec(
    `INSERT INTO ${quote(table)}("a b","select") VALUES('x',1); UPDATE ${quote(table)} SET "select"=2`,
  );
  expect(small.all("SELECT kind,grp FROM crdt_outbox")).toEqual([
    [1, null],
    [2, "it's"],
  ]);
});

it.skipIf(python.status !== 0)(
  "works in the assistant's own SQLite, in a connection that knows nothing of it",
  () => {
    using small = new SmallArchive();
    small.app.close();
    const script = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("INSERT INTO entries(body, status) VALUES ('a', 'pending')")
db.execute("UPDATE entries SET status = 'pending', score = NULL")
db.execute("UPDATE entries SET status = 'done'")
db.execute("UPDATE entries SET version = '2'")
db.execute("UPDATE entries SET id = 5")
db.execute("DELETE FROM entries")
db.commit()
print([tuple(r) for r in db.execute("SELECT kind, key, was, grp, length(token), time > 2460000 FROM crdt_outbox ORDER BY id")])
`;
    const run = spawnSync("python3", ["-c", script, small.path], { encoding: "utf8" });
    expect(run.stderr).toBe("");
    expect(run.stdout.trim()).toBe(
      "[(1, 1, None, None, 16, 1), (2, 1, 1, 'verdict', 16, 1), (2, 1, 1, 'verdict', 16, 1), (2, 5, 1, 'content', 16, 1), (3, 5, None, None, 16, 1)]",
    );
  },
);

it("leaves a file without capture alone", () => {
  const db = openArchiveDatabase(":memory:", { create: true });
  db.exec(smallSchema);
  expect(hasCapture(db)).toBe(false);
  db.close();
});
