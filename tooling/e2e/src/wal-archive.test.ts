import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "@jarvis-crdt/harness";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { settled } from "./kit/contents.ts";
import { layOut } from "./kit/lay-out.ts";
import { errorsOf, readLog } from "./kit/logs.ts";
import { shows, times, writes } from "./kit/reconciling.ts";
import { scratch } from "./kit/scratch.ts";

const folder = scratch("wal-archive");
afterAll(() => folder.remove());

test("a copy of an archive in WAL mode that lacks its log is put back, and nothing is lost", {
  timeout: 120_000,
}, async () => {
  await using cluster = await layOut({ dir: folder.path, nodes: 2 });
  const [one, two] = [cluster.node(1), cluster.node(2)];
  await cluster.start();
  const db = new Database(one.archive, { readonly: true });
  expect(db.pragma("journal_mode", { simple: true })).toBe("wal");
  db.close();
  writes(one, "early");
  await shows(two, "early");
  // As cp does it: the file alone, of which the log beside it holds the latest rows.
  const copy = join(folder.path, "copy.db");
  copyFileSync(one.archive, copy);
  writes(one, "later");
  writes(two, "of two");
  await shows(one, "of two");
  await shows(two, "later");

  await one.stop();
  expect(existsSync(`${one.archive}-wal`)).toBe(false);
  copyFileSync(copy, one.archive);
  const after = readLog(one).length;
  await one.start();
  await waitFor(
    () =>
      readLog(one)
        .slice(after)
        .some(({ matched }) => matched !== undefined),
    { what: "it is reconciled", timeoutMs: 30_000 },
  );
  for (const content of ["early", "later", "of two"]) await shows(one, content);
  writes(one, "afterwards");
  await shows(two, "afterwards");

  const wide = Array.from({ length: 6 }, (_, n) => `wide ${n} ${"x".repeat(6000)}`);
  for (const content of wide) writes(one, content);
  for (const content of wide) await shows(two, content);

  // Killed, it leaves a log; the copy is older than that log, which SQLite puts on top of it nevertheless.
  const outside = new Database(one.archive);
  outside.pragma("wal_checkpoint(TRUNCATE)");
  outside.close();
  writes(one, "latest");
  await shows(two, "latest");
  await one.kill();
  expect(existsSync(`${one.archive}-wal`)).toBe(true);
  copyFileSync(copy, one.archive);
  await one.start();
  const all = ["early", "later", "of two", "afterwards", "latest", ...wide];
  for (const content of all) await shows(one, content);
  await settled(cluster, 30_000);
  for (const node of [one, two]) {
    for (const content of all) expect(times(node, content), `${content} on node ${node.index}`).toBe(1);
    expect(errorsOf(node)).toEqual([]);
  }
});
