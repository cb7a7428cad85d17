import { expect, it } from "vitest";
import { asApp } from "./testing/as-app.ts";
import type { TestNode } from "./testing/node.ts";
import { smallMappings, smallSchema } from "./testing/small-archive.ts";
import { twoNodes } from "./testing/two-nodes.ts";

/** Every value by type and bytes; a real by its eight bytes, as SQLite's own format gives no exact text. */
function exact(node: TestNode): unknown[] {
  return asApp(node, (db) =>
    db
      .prepare(
        `SELECT lower(hex(uid)),typeof(body),hex(CAST(body AS BLOB)),typeof(loose),
         CASE typeof(loose) WHEN 'real' THEN format('%!.20e',loose) ELSE hex(CAST(loose AS BLOB)) END,
         typeof(score),typeof(status),hex(CAST(status AS BLOB))
         FROM entries JOIN crdt_rows ON key=id AND tbl=1 ORDER BY uid`,
      )
      .raw()
      .all(),
  );
}

const values = [
  "NULL",
  "5",
  "5.0",
  "-0.0",
  "9e999",
  "-9e999",
  "0.1",
  "4611686018427387904",
  "-9223372036854775808",
  "9007199254740993",
  "1e300",
  "x''",
  "x'00ff00'",
  "'a'||char(0)||'b'",
  "''",
  "CAST(x'ffc328' AS TEXT)",
  "CAST(x'efbfbd' AS TEXT)",
  "CAST(x'f09f92a9eda080' AS TEXT)",
  "'5'",
  "'5.0'",
  "zeroblob(1000000)",
  "hex(randomblob(500000))",
];

it("carries every value byte for byte, and every id", () => {
  using nodes = twoNodes(smallMappings, smallSchema);
  const [a, b] = nodes;
  asApp(a, (db) => {
    for (const value of values)
      db.exec(
        `INSERT INTO entries(body,loose,status,score) VALUES(ifnull(${value},'null'),${value},${value},${value})`,
      );
    db.exec("INSERT INTO entries(id,body) VALUES(-5,'minus'),(4611686018427387904,'great')");
    db.exec("INSERT INTO entries(body) VALUES('after the great one')");
  });
  a.settle();
  b.pull(a);
  b.settle();
  expect(exact(b)).toEqual(exact(a));
  expect(exact(b)).toHaveLength(values.length + 3);
  expect(b.file.refused()).toEqual([]);
  expect(asApp(b, (db) => db.prepare("SELECT id FROM entries WHERE body='minus'").pluck().get())).toBe(-5);

  asApp(b, (db) => {
    const ids = db.prepare("SELECT id FROM entries WHERE body<>'minus' ORDER BY id LIMIT ?").pluck();
    for (const [i, id] of ids.all(values.length).entries())
      db.exec(`UPDATE entries SET loose=${values[(i + 1) % values.length]} WHERE id=${id}`);
  });
  b.settle();
  a.pull(b);
  a.settle();
  expect(exact(a)).toEqual(exact(b));
});

it("finds a place where the greatest id there can be is taken", () => {
  using nodes = twoNodes(smallMappings, smallSchema);
  const [a, b] = nodes;
  asApp(b, (db) => db.exec("INSERT INTO entries(id,body) VALUES(9223372036854775807,'last'),(1,'first')"));
  b.settle();
  asApp(a, (db) => db.exec("INSERT INTO entries(body) VALUES('x'),('y')"));
  asApp(a, (db) => db.exec("INSERT INTO entries(id,body) VALUES(4611686018427387904,'z')"));
  a.settle();
  b.pull(a);
  b.settle();
  expect(
    asApp(b, (db) => db.prepare("SELECT body FROM entries WHERE id<1000 ORDER BY body").pluck().all()),
  ).toEqual(["first", "x", "y", "z"]);
});
