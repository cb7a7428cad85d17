import { copyFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { generateArchive } from "@jarvis-crdt/fixtures";
import { type Cluster, type ClusterNode, waitFor } from "@jarvis-crdt/harness";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readContents, settled } from "./kit/contents.ts";
import { knobs } from "./kit/knobs.ts";
import { layOut } from "./kit/lay-out.ts";
import { errorsOf, type LogLine, readLog } from "./kit/logs.ts";
import { backUpByPython, sqlByPython } from "./kit/replace-archive.ts";
import { scratch } from "./kit/scratch.ts";

const rows = 600;
const settleMs = 30_000;

let folder: ReturnType<typeof scratch>;
let cluster: Cluster;
let one: ClusterNode;
let two: ClusterNode;

beforeEach(async () => {
  folder = scratch("reconcile");
  cluster = await layOut({ dir: folder.path, nodes: 2 });
  [one, two] = [cluster.node(1), cluster.node(2)];
});
afterEach(async () => {
  await cluster.stop();
  folder.remove();
});

/** Node 1 has adopted an archive, and both nodes show it. `before` is that archive before its adoption. */
async function adopted(): Promise<{ readonly before: string }> {
  generateArchive({ path: one.archive, rows, seed: knobs.seed });
  const before = join(folder.path, "before.db");
  copyFileSync(one.archive, before);
  await one.adopt();
  await cluster.start();
  await settled(cluster, settleMs);
  return { before };
}

/** The assistant adds an entry of this content. */
function writes(node: ClusterNode, ...contents: readonly string[]): void {
  const insert = contents.map(
    (content) =>
      `INSERT INTO archive_entries(timestamp,data_type,content,source,operation,content_hash,metadata)
       VALUES('2026-01-01T00:00:00','input','${content}','e2e','memory_store','hash of ${content}','{}');`,
  );
  sqlByPython(node.archive, `BEGIN;${insert.join("")}COMMIT;`);
}

const times = (node: ClusterNode, content: string): number =>
  readContents(node.archive).times.get(`hash of ${content}`) ?? 0;

/** What RECONCILE says it did, once it did after `after` lines of the log. */
async function reconciled(node: ClusterNode, after: number): Promise<LogLine> {
  return await waitFor(
    () =>
      readLog(node)
        .slice(after)
        .find(({ matched }) => matched !== undefined),
    {
      what: "the archive is reconciled",
      timeoutMs: settleMs,
    },
  );
}

/** Nothing is doubled, no log was written twice, both nodes have the same, and writes are captured as ever. */
async function allIsWell(contents: readonly string[]): Promise<void> {
  await settled(cluster, settleMs);
  writes(one, "afterwards");
  await waitFor(() => times(two, "afterwards") === 1, { what: "what is written afterwards arrives" });
  await settled(cluster, settleMs);
  for (const node of [one, two]) {
    for (const content of [...contents, "afterwards"])
      expect(times(node, content), `${content} on node ${node.index}`).toBe(1);
    expect(readLog(node).filter(({ code }) => code === "fork")).toEqual([]);
    expect((await node.client.status()).counts.quarantined).toBe(0);
  }
}

test("an older copy is restored into the file of a running node, twice", { timeout: 90_000 }, async () => {
  await adopted();
  writes(one, "in the copy");
  await waitFor(() => times(two, "in the copy") === 1, { what: "the row arrives" });
  const copy = join(folder.path, "copy.db");
  backUpByPython(one.archive, copy);
  writes(one, "later 1", "later 2");
  writes(two, "from two");
  await settled(cluster, settleMs);
  const { operations } = (await one.client.status()).counts;
  for (const round of [1, 2]) {
    const after = readLog(one).length;
    const { ino } = statSync(one.archive);
    backUpByPython(copy, one.archive);
    // Under ids that other rows had.
    writes(one, `right after ${round} a`, `right after ${round} b`);
    expect(statSync(one.archive).ino).toBe(ino);
    const { matched, putBack, leftovers } = await reconciled(one, after);
    console.log(`round ${round}: ${matched} matched, ${putBack} put back, ${leftovers} leftovers`);
    expect(leftovers).toBe(0);
    expect(putBack).toBe(round === 1 ? 3 : 5);
    await settled(cluster, settleMs);
    expect((await one.client.status()).counts.operations).toBe(operations + 2 * round);
  }
  await allIsWell(["in the copy", "later 1", "later 2", "from two", "right after 1 a", "right after 2 b"]);
  expect(errorsOf(one)).toEqual([]);
});
