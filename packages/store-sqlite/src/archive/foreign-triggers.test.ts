import { expect, it } from "vitest";
import { foreignTriggers } from "./foreign-triggers.ts";
import { asApp } from "./testing/as-app.ts";
import { SmallArchive, smallMappings, smallSchema } from "./testing/small-archive.ts";
import { twoNodes } from "./testing/two-nodes.ts";

/** One that writes into a replicated table, one that changes the very row, one that keeps a table of this file's own. */
const triggers = `
  CREATE TRIGGER logs AFTER INSERT ON entries BEGIN
    INSERT OR IGNORE INTO "events"(what) VALUES('log of '||NEW.body);
    UPDATE entries SET status='seen' WHERE id=NEW.id; END;
  CREATE TRIGGER lists AFTER INSERT ON entries BEGIN
    INSERT INTO queue(entry) SELECT id FROM entries WHERE id=NEW.id AND 'DELETE FROM entries'<>''; END;
  CREATE TRIGGER tidies AFTER DELETE ON queue BEGIN DELETE FROM [Events] WHERE what='never'; END;`;

it("tells which triggers write into replicated tables", () => {
  using small = new SmallArchive();
  small.app.exec(triggers);
  small.app.exec("CREATE TRIGGER local AFTER INSERT ON queue BEGIN SELECT * FROM entries; END");
  expect(foreignTriggers(small.app, smallMappings)).toEqual([
    { name: "logs", table: "entries", writesReplicated: true },
    { name: "lists", table: "entries", writesReplicated: false },
    { name: "tidies", table: "queue", writesReplicated: true },
  ]);
});

it.each([1, 300])("lets what a trigger did come from where it was done, with %i rows at once", (count) => {
  using nodes = twoNodes(smallMappings, smallSchema);
  const [a, b] = nodes;
  for (const node of nodes) asApp(node, (db) => db.exec(triggers));
  const schema = asApp(b, (db) => db.prepare("SELECT name,sql FROM sqlite_schema ORDER BY name").raw().all());
  asApp(a, (db) => {
    const insert = db.prepare("INSERT INTO entries(body,status) VALUES(?,'new')");
    db.transaction(() => {
      for (let n = 0; n < count; n++) insert.run(`row ${n}`);
    })();
  });
  for (let round = 0; round < 2; round++) {
    a.settle();
    b.pull(a);
    b.settle();
    a.pull(b);
  }
  a.settle();
  for (const node of [a, b]) {
    const counts = asApp(node, (db) =>
      db
        .prepare(
          "SELECT (SELECT count(*) FROM entries WHERE status='seen'),(SELECT count(*) FROM events),(SELECT count(*) FROM queue),(SELECT count(*) FROM crdt_rows),(SELECT count(*) FROM crdt_outbox)",
        )
        .raw()
        .get(),
    );
    expect(counts).toEqual([count, count, count, 2 * count, 0]);
  }
  expect(
    asApp(b, (db) => db.prepare("SELECT name,sql FROM sqlite_schema ORDER BY name").raw().all()),
  ).toEqual(schema);
  asApp(b, (db) => db.exec("INSERT INTO entries(body) VALUES('own')"));
  b.settle();
  expect(asApp(b, (db) => db.prepare("SELECT what FROM events ORDER BY id DESC LIMIT 1").pluck().get())).toBe(
    "log of own",
  );
});
