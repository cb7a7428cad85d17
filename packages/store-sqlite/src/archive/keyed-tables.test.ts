import { readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { asApp } from "./testing/as-app.ts";
import { all, contents, keyedMappings, keyedSchema } from "./testing/keyed-archive.ts";
import type { TestNode } from "./testing/node.ts";
import { digestOf, exchange, twoNodes } from "./testing/two-nodes.ts";

function run(node: TestNode, sql: string): void {
  asApp(node, (db) => db.exec(sql));
}

it("makes rows with equal keys one row, whoever inserted them, and removes it everywhere", () => {
  using nodes = twoNodes(keyedMappings, keyedSchema);
  const [a, b] = nodes;
  run(
    a,
    "INSERT INTO loans VALUES('ann', 'x,y', 1, 'a'); INSERT INTO states(agent,workflow,data) VALUES('s','w','1')",
  );
  run(b, "INSERT INTO states(agent,workflow,data) VALUES('other','w','0'),('s','w','2')");
  run(b, "INSERT INTO loans VALUES('ann', 'x,y', 2, 'b'), ('bob', NULL, 3, 'no key')");
  exchange(a, b);
  // Both inserts were seen by nobody else: the later one is shown, the other is an open conflict.
  expect(contents(a, ["loans"])).toEqual(["loans 'x,y' 'ann' 2 'b'"]);
  expect(contents(b, ["loans"])).toEqual(["loans 'x,y' 'ann' 2 'b'", "loans NULL 'bob' 3 'no key'"]);
  expect(all(a, "SELECT id,agent,data FROM states ORDER BY agent")).toEqual([
    [2, "other", "0"],
    [1, "s", "2"],
  ]);
  expect(a.state.counts().conflicts).toBeGreaterThan(0);
  run(a, "DELETE FROM loans; UPDATE states SET data='3' WHERE agent='s'");
  exchange(a, b);
  expect(contents(b, ["loans"])).toEqual(["loans NULL 'bob' 3 'no key'"]);
  expect(all(b, "SELECT id,agent,data FROM states ORDER BY agent")).toEqual([
    [1, "other", "0"],
    [2, "s", "3"],
  ]);
  expect(digestOf(a)).toBe(digestOf(b));
});

it("takes a changed key as the end of one row and the beginning of another", () => {
  using nodes = twoNodes(keyedMappings, keyedSchema);
  const [a, b] = nodes;
  run(a, "INSERT INTO tags VALUES(1,x'00'),(2,x'00'); INSERT INTO settings VALUES('mode','x')");
  exchange(a, b);
  // The two keys change places, and a name only its case.
  run(a, "UPDATE tags SET item=-item; UPDATE tags SET item=item+3; UPDATE settings SET name='MODE'");
  exchange(a, b);
  expect(contents(b)).toEqual(["settings 'MODE' 'x'", "tags 1 X'00'", "tags 2 X'00'"]);
  expect(contents(a)).toEqual(contents(b));
  expect(digestOf(a)).toBe(digestOf(b));
});

it("keeps a key exactly, whatever it holds", () => {
  using nodes = twoNodes(keyedMappings, keyedSchema);
  const [a, b] = nodes;
  run(
    a,
    `INSERT INTO loans(reader,book) VALUES('', 5), ('', '5'), ('', x'35'), ('', 5.5), ('', 9e999), ('', -9223372036854775808),
     ('a'||char(0)||'b', 1e300), (CAST(x'ff' AS TEXT), 1), ('é,''"', 'n'), ('0', 7.0);
     INSERT INTO log VALUES(0.1, 'tenth'), (1e-7, 'small'), (123456789.123456789, 'long')`,
  );
  exchange(a, b);
  expect(contents(b)).toEqual(contents(a));
  expect(contents(b)).toHaveLength(13);
  run(b, "UPDATE loans SET note='seen '||quote(book); DELETE FROM log");
  exchange(a, b);
  expect(contents(a, ["loans"])).toEqual(contents(b, ["loans"]));
  expect(all(a, "SELECT count(*) FROM loans WHERE note IS NULL")).toEqual([[0]]);
  expect(all(a, "SELECT count(*) FROM log")).toEqual([[3]]);
});

it("follows a replacement as it was meant: the row stays, also where somebody else removes the old one", () => {
  using nodes = twoNodes(keyedMappings, keyedSchema);
  const [a, b] = nodes;
  run(a, "INSERT INTO loans VALUES('ann', 1, 1, 'a')");
  exchange(a, b);
  run(a, "REPLACE INTO loans VALUES('ann', 1, 2, 'again')");
  run(b, "DELETE FROM loans");
  exchange(a, b);
  for (const one of [a, b]) expect(contents(one)).toEqual(["loans 1 'ann' 2 'again'"]);
  run(a, "INSERT INTO loans VALUES('ann', 1, 3, 'upsert') ON CONFLICT DO UPDATE SET due=excluded.due");
  run(b, "UPDATE loans SET note='b'");
  exchange(a, b);
  for (const one of [a, b]) expect(contents(one)).toEqual(["loans 1 'ann' 3 'b'"]);
  expect(a.state.counts().conflicts).toBe(0);
});

it("reconciles an archive that was rewound, and adopts rows that no log knows", () => {
  using nodes = twoNodes(keyedMappings, keyedSchema);
  const [a, b] = nodes;
  run(a, "INSERT INTO loans VALUES('ann', 1, 1, 'a'), ('bob', 2, 2, 'b'); INSERT INTO tags VALUES(1, x'01')");
  exchange(a, b);
  a.stop();
  const copy = readFileSync(a.archivePath);
  run(a, "UPDATE loans SET note='later' WHERE reader='ann'; DELETE FROM loans WHERE reader='bob'");
  run(a, "INSERT INTO loans VALUES('new', 3, 3, 'c')");
  exchange(a, b);
  a.stop();
  writeFileSync(a.archivePath, copy);
  run(a, "DROP TRIGGER crdt_i_1; INSERT INTO loans VALUES('unseen', 4, 4, 'd')");
  a.file.adoptLeftovers();
  exchange(a, b);
  const loans = ["loans 1 'ann' 1 'later'", "loans 3 'new' 3 'c'", "loans 4 'unseen' 4 'd'"];
  for (const one of [a, b]) expect(contents(one)).toEqual([...loans, "tags 1 X'01'"]);
  expect(digestOf(a)).toBe(digestOf(b));
});

it("refuses to declare a table otherwise than its rows were written, and shows nothing of one that left", () => {
  using nodes = twoNodes(keyedMappings, keyedSchema);
  const [a, b] = nodes;
  run(b, "INSERT INTO loans VALUES('ann', 1, 1, 'a')");
  b.settle();
  a.settle();
  a.pull(b);
  a.stop();
  const without = (name: string) => keyedMappings.filter((mapping) => mapping.name !== name);
  const other = {
    ...keyedMappings[0]!,
    groups: [keyedMappings[0]!.groups[0]!, { name: "content", columns: ["due", "note"] }],
  };
  a.mappings = [other, ...without("loans")];
  expect(() => a.state).toThrow(/due|note/);
  // What waits to be shown of a table that is not declared any more is passed over.
  a.mappings = without("loans");
  a.settle();
  expect(contents(a, ["loans"])).toEqual([]);
  a.stop();
  a.mappings = keyedMappings;
  a.settle();
  expect(contents(a, ["loans"])).toEqual(contents(b, ["loans"]));
});
