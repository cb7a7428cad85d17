import { expect, test } from "vitest";
import { readRefused } from "./refused-reader.ts";
import { asApp } from "./testing/as-app.ts";
import type { TestNode } from "./testing/node.ts";
import { smallMappings, smallSchema } from "./testing/small-archive.ts";
import { twoNodes } from "./testing/two-nodes.ts";

/** A node that has what another one wrote, and whose archive refuses rows that are odd. */
function nodeThatRefuses() {
  const nodes = twoNodes(smallMappings, smallSchema);
  const [a, b] = nodes;
  asApp(b, (db) =>
    db.exec(
      "CREATE TRIGGER no BEFORE INSERT ON entries WHEN NEW.body GLOB 'odd*' BEGIN SELECT RAISE(ABORT,'too odd');END",
    ),
  );
  asApp(a, (db) => db.exec("INSERT INTO entries(body) VALUES('odd one'),('fine'),('odd two')"));
  a.settle();
  b.pull(a);
  b.settle();
  return nodes;
}

const bodies = (node: TestNode) =>
  asApp(node, (db) => db.prepare("SELECT body FROM entries ORDER BY body").pluck().all());

test("refused rows are told with their reason, page by page", () => {
  using nodes = nodeThatRefuses();
  const [a, b] = nodes;
  const [first, ...others] = readRefused(b.archivePath, undefined, 1)!;
  expect(others).toEqual([]);
  expect(first).toMatchObject({ table: "entries", reason: expect.stringContaining("too odd"), tries: 1 });
  expect(readRefused(b.archivePath, first!.uid, 10)).toHaveLength(1);
  expect(readRefused(a.archivePath, undefined, 10)).toEqual([]);
  expect(bodies(b)).toEqual(["fine"]);
});

test("tried again by hand they are shown as soon as the reason is gone", () => {
  using nodes = nodeThatRefuses();
  const [, b] = nodes;
  asApp(b, (db) => db.exec("DROP TRIGGER no"));
  b.state.oversight.retry(readRefused(b.archivePath, undefined, 10)!);
  b.settle();
  expect(bodies(b)).toEqual(["fine", "odd one", "odd two"]);
  expect(readRefused(b.archivePath, undefined, 10)).toEqual([]);
});

test("one that is dropped is hidden on this node alone, and comes back when it is unevicted", () => {
  using nodes = nodeThatRefuses();
  const [a, b] = nodes;
  const [row] = readRefused(b.archivePath, undefined, 10)!;
  const key = { table: "entries", uid: new Uint8Array(row!.uid) };
  expect(b.state.oversight.evict([key, key])).toHaveLength(1);
  b.settle();
  expect(readRefused(b.archivePath, undefined, 10)).toHaveLength(1);
  expect(b.state.counts().rows).toBe(3);
  asApp(b, (db) => db.exec("DROP TRIGGER no"));
  b.state.evictions.undo([key]);
  b.settle();
  expect(bodies(b)).toHaveLength(2);
  expect(bodies(a)).toHaveLength(3);
});
