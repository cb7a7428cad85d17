import { copyFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { generateArchive } from "@jarvis-crdt/fixtures";
import { type ClusterNode, waitFor } from "@jarvis-crdt/harness";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { readContents } from "./kit/contents.ts";
import { layOut } from "./kit/lay-out.ts";
import { errorsOf } from "./kit/logs.ts";
import { times, writesInto } from "./kit/reconciling.ts";
import { sqlByPython } from "./kit/replace-archive.ts";
import { scratch } from "./kit/scratch.ts";

const folder = scratch("twins");
afterAll(() => folder.remove());

const rows = 400;

const verified = (id: number, by: string, at: string) =>
  `UPDATE archive_entries SET verification_status='verified',verification_score=0.5,verification_model='${by}',
   verification_timestamp='2026-03-0${at}',verification_details='${by}' WHERE id=${id};`;

/** Who verified these rows; undefined for one that does not stand in the node's archive exactly once. */
function verdicts(node: ClusterNode, names: readonly string[]): unknown[] {
  const db = new Database(node.archive, { readonly: true, timeout: 5000 });
  try {
    const who = db.prepare("SELECT verification_model FROM archive_entries WHERE source=?").pluck();
    return names.map((name) => {
      const all = who.all(name);
      return all.length === 1 ? all[0] : undefined;
    });
  } finally {
    db.close();
  }
}

test("one file adopted on two machines, also after both went on separately, is one set of rows", {
  timeout: 120_000,
}, async () => {
  await using cluster = await layOut({ dir: folder.path, nodes: 2 });
  const [one, two] = [cluster.node(1), cluster.node(2)];
  generateArchive({ path: one.archive, rows, seed: 7, activities: 100 });
  // Rows with names, whatever they are worth.
  sqlByPython(
    one.archive,
    "UPDATE archive_entries SET source='row '||id,verification_timestamp=NULL,verification_model=NULL WHERE id<50",
  );
  copyFileSync(one.archive, two.archive);

  // Each went on by itself before it was adopted ...
  writesInto(one.archive, "of one, before");
  writesInto(two.archive, "of two, before");
  sqlByPython(one.archive, verified(1, "one", "1") + verified(2, "one", "2") + verified(3, "one", "1"));
  sqlByPython(two.archive, verified(1, "two", "2") + verified(2, "two", "1") + verified(4, "two", "1"));
  sqlByPython(one.archive, "DELETE FROM archive_entries WHERE id=10");
  sqlByPython(two.archive, "DELETE FROM archive_entries WHERE id=11; VACUUM");
  for (const node of [one, two]) await node.adopt();

  // ... and after that, before any of them ever ran.
  writesInto(one.archive, "of one, after");
  writesInto(two.archive, "of two, after");
  sqlByPython(one.archive, verified(5, "one", "1") + verified(7, "one", "1"));
  sqlByPython(two.archive, `${verified(5, "two", "9")}DELETE FROM archive_entries WHERE id=12;`);
  await cluster.start();
  const names = [1, 2, 3, 4, 5, 7, 10, 11, 12].map((id) => `row ${id}`);
  // What was deleted before its adoption nobody knows of, and the other file has it. Later deletions hide a row.
  const shown = ["two", "one", "one", "two", "two", "one", null, null];
  const expected = [
    [...shown, null],
    [...shown, undefined],
  ];
  await waitFor(
    () =>
      isDeepStrictEqual(
        [one, two].map((node) => verdicts(node, names)),
        expected,
      ),
    { what: "the same rows and verdicts on both nodes", timeoutMs: 30_000 },
  ).catch(() => expect([one, two].map((node) => verdicts(node, names))).toEqual(expected));
  await cluster.converged(30_000);
  for (const node of [one, two]) {
    for (const content of ["of one, before", "of two, before", "of one, after", "of two, after"])
      expect(times(node, content), `${content} on node ${node.index}`).toBe(1);
    const { counts } = await node.client.status();
    expect(counts).toMatchObject({ rows: rows + 4 + 100, quarantined: 0, conflicts: 0 });
    expect(readContents(node.archive).entries).toBe(rows + 4 - (node === two ? 1 : 0));
    expect(errorsOf(node)).toEqual([]);
  }
});
