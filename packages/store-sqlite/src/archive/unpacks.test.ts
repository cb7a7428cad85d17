import { expect, it } from "vitest";
import { asApp } from "./testing/as-app.ts";
import type { TestNode } from "./testing/node.ts";
import { smallMappings, smallSchema } from "./testing/small-archive.ts";
import { type TwoNodes, twoNodes } from "./testing/two-nodes.ts";

const rows = 12;

/** Two nodes that show the same rows, each of which came in a batch of its own. */
function twoThatShow(schemaOfB = smallSchema): TwoNodes {
  const nodes = twoNodes(smallMappings, smallSchema, schemaOfB);
  const [a, b] = nodes;
  for (let n = 0; n < rows; n++) {
    asApp(a, (db) => db.prepare("INSERT INTO entries(body,status) VALUES(?,'new')").run(`row ${n}`));
    a.settle();
  }
  b.pull(a);
  b.settle();
  return nodes;
}

/** How many batches a node unpacks while `work` runs; none is in memory when it begins. */
function unpacked(node: TestNode, work: () => void): number {
  node.stop();
  node.settle();
  let count = 0;
  const { compressor } = node.crypto;
  const { inflate } = compressor;
  compressor.inflate = (...args) => {
    count++;
    return inflate.apply(compressor, args);
  };
  try {
    work();
    return count;
  } finally {
    compressor.inflate = inflate;
  }
}

const shown = (node: TestNode) =>
  asApp(node, (db) => db.prepare("SELECT DISTINCT body,status,score FROM entries ORDER BY id").raw().all());

it("unpacks nothing but the new batch to show what has changed of rows that it shows", () => {
  using nodes = twoThatShow();
  const [a, b] = nodes;
  asApp(a, (db) => db.exec("UPDATE entries SET status='verified',score=0.5"));
  a.settle();
  const times = unpacked(b, () => {
    b.pull(a);
    b.settle();
  });
  expect(times).toBe(1);
  expect(shown(b)).toEqual(Array.from({ length: rows }, (_, n) => [`row ${n}`, "verified", 0.5]));
});

it("shows a row whole once it may, of which the file has refused a change", () => {
  using nodes = twoThatShow(smallSchema.replace("status TEXT", "status TEXT CHECK(status<>'bad')"));
  const [a, b] = nodes;
  const change = (set: string) => {
    asApp(a, (db) => db.exec(`UPDATE entries SET ${set} WHERE id=1`));
    a.settle();
    b.pull(a);
    b.settle();
  };
  change("status='bad'");
  change("body='edited'");
  expect(shown(b)[0]).toEqual(["row 0", "new", null]);
  expect(b.file.refused()).toHaveLength(1);
  change("status='good'");
  expect(shown(b)[0]).toEqual(["edited", "good", null]);
  expect(b.file.refused()).toEqual([]);
});

it("asks for all of a row that the file has lost", () => {
  using nodes = twoThatShow();
  const [a, b] = nodes;
  asApp(b, (db) =>
    db.exec(
      "UPDATE crdt_marker SET applying=1; DELETE FROM entries WHERE id=3; UPDATE crdt_marker SET applying=0",
    ),
  );
  asApp(a, (db) => db.exec("UPDATE entries SET status='verified' WHERE id=3"));
  a.settle();
  b.pull(a);
  b.settle();
  expect(shown(b)).toHaveLength(rows);
  expect(shown(b)).toContainEqual(["row 2", "verified", null]);
});
