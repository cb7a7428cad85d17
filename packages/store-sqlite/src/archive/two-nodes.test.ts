import { expect, it } from "vitest";
import { asApp, makeArchive } from "./testing/as-app.ts";
import { TestNode } from "./testing/node.ts";
import { shownRows } from "./testing/shown-rows.ts";
import { smallMappings, smallSchema } from "./testing/small-archive.ts";
import { digestOf, twoNodes } from "./testing/two-nodes.ts";

it("carries the assistant's writes from one archive to the other and back", () => {
  using nodes = twoNodes(smallMappings, smallSchema);
  const [a, b] = nodes;
  asApp(a, (db) =>
    db.exec("INSERT INTO entries(body,loose,status) VALUES('one',5.0,'pending'),('two',NULL,'pending')"),
  );
  asApp(b, (db) => db.exec("INSERT INTO entries(body) VALUES('mine')"));
  a.settle();
  b.settle();
  b.pull(a);
  b.settle();
  expect(asApp(b, (db) => db.prepare("SELECT id,body,typeof(loose) FROM entries").raw().all())).toEqual([
    [1, "mine", "null"],
    [2, "two", "null"],
    [3, "one", "real"],
  ]);
  asApp(b, (db) =>
    db.exec(
      "UPDATE entries SET status='verified',score=0.5 WHERE body='one'; DELETE FROM entries WHERE body='two'",
    ),
  );
  b.settle();
  a.pull(b);
  a.settle();
  expect(
    asApp(a, (db) => db.prepare("SELECT body,status,score FROM entries ORDER BY id").raw().all()),
  ).toEqual([
    ["one", "verified", 0.5],
    ["two", "pending", null],
    ["mine", null, null],
  ]);
  expect(digestOf(a)).toBe(digestOf(b));
  expect(shownRows(b).size).toBe(2);
});

it("shows a row as the application changed it, where the batch that added it still waits to be shown", () => {
  using nodes = twoNodes(smallMappings, smallSchema);
  const [a, b] = nodes;
  a.settle();
  asApp(a, (db) => db.exec("INSERT INTO entries(body,status) VALUES('one','pending')"));
  a.kill = "before-commit";
  expect(a.exchange()).toBeUndefined();
  asApp(a, (db) => db.exec("UPDATE entries SET status='verified'"));
  a.settle();
  b.pull(a);
  b.settle();
  for (const one of [a, b])
    expect(asApp(one, (db) => db.prepare("SELECT status FROM entries").pluck().all())).toEqual(["verified"]);
});

it("does not show what the application has changed since, where the outbox is cut", () => {
  using nodes = twoNodes(smallMappings, smallSchema);
  const [a, b] = nodes;
  asApp(a, (db) => {
    const insert = db.prepare("INSERT INTO entries(body,status) VALUES('adopted','pending')");
    db.transaction(() => {
      for (let n = 0; n < 3000; n++) insert.run();
    })();
    db.exec("UPDATE crdt_outbox SET kind=4");
  });
  a.outbox = { entries: 10_000, adopted: 1200 };
  // Captures twelve hundred, and shows the first batch of them.
  a.exchange({ rows: 1, ms: 1 });
  asApp(a, (db) => db.exec("UPDATE entries SET status='verified' WHERE id=1100"));
  a.settle();
  b.pull(a);
  b.settle();
  for (const one of [a, b])
    expect(
      asApp(one, (db) => db.prepare("SELECT id FROM entries WHERE status='verified'").pluck().all()),
    ).toEqual([1100]);
});

it.each([
  ["together with its adoption", undefined],
  ["after it", { entries: 10_000, adopted: 1 }],
])("closes conflicts of what was verified after an adoption, captured %s", (_, outbox) => {
  let now = 1_800_000_000_000;
  const mappings = smallMappings.map((one) =>
    one.name === "entries" ? { ...one, times: { verdict: "status" } } : one,
  );
  using a = new TestNode(1, mappings, () => ++now);
  using b = new TestNode(2, mappings, () => ++now);
  for (const [node, status] of [
    [a, "2026-03-01"],
    [b, "2026-03-09"],
  ] as const) {
    makeArchive(node, smallSchema, mappings);
    if (outbox !== undefined) node.outbox = outbox;
    asApp(node, (db) => {
      db.exec("INSERT INTO entries(body) VALUES('both'),('one'),('other')");
      db.exec("UPDATE crdt_outbox SET kind=4,token=CAST(printf('%016d',key) AS BLOB)");
      db.prepare("UPDATE entries SET status=?,score=1 WHERE body='both'").run(status);
      if (node === a) db.exec("UPDATE entries SET status='2026-03-05',score=2 WHERE body='one'");
    });
    node.settle();
  }
  for (let rounds = 0; rounds < 2; rounds++) {
    a.pull(b);
    b.pull(a);
    for (const node of [a, b]) node.settle();
  }
  for (const node of [a, b]) {
    expect(
      asApp(node, (db) => db.prepare("SELECT body,status,score FROM entries ORDER BY id").raw().all()),
    ).toEqual([
      ["both", "2026-03-09", 1],
      ["one", "2026-03-05", 2],
      ["other", null, null],
    ]);
    expect(node.state.counts()).toMatchObject({ rows: 3, conflicts: 0 });
  }
});
