import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { generateArchive, hasPython } from "@jarvis-crdt/fixtures";
import { waitFor } from "@jarvis-crdt/harness";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { readContents } from "./kit/contents.ts";
import { Elsewhere } from "./kit/elsewhere.ts";
import { knobs } from "./kit/knobs.ts";
import { layOut } from "./kit/lay-out.ts";
import { errorsOf } from "./kit/logs.ts";
import { scratch } from "./kit/scratch.ts";
import { longestCall, threeAssistants, turnsOf } from "./kit/three-assistants.ts";

const folder = scratch("assistant");
afterAll(() => folder.remove());

function countElsewhere(archive: string): number {
  const db = new Database(archive, { readonly: true, timeout: 5_000 });
  try {
    return db
      .prepare("SELECT count(*) FROM archive_entries WHERE source='elsewhere'")
      .pluck()
      .get() as number;
  } finally {
    db.close();
  }
}

test.skipIf(!hasPython()).each([
  { pace: "as fast as it can", intervalMs: 0 },
  { pace: "with pauses", intervalMs: 100 },
])(
  "the assistant lives beside a node as it would alone, $pace",
  {
    timeout: 120_000 + knobs.life * 3000,
  },
  async ({ intervalMs }) => {
    const dir = join(folder.path, `pause-${intervalMs}`);
    mkdirSync(dir);
    await using cluster = await layOut({ dir, nodes: 2, dials: (index) => (index === 1 ? [2] : []) });
    const [one, two] = [cluster.node(1), cluster.node(2)];
    const alone = join(dir, "alone.db");
    generateArchive({ path: alone, rows: 2000, seed: knobs.seed });
    copyFileSync(alone, one.archive);
    // The other machine works all the time: what it takes of this one's processors and disk is no fault of the node.
    await two.start();
    await using elsewhere = new Elsewhere(two);
    const live = (archive: string, backups: string) =>
      threeAssistants({ archive, backups, seconds: knobs.life, intervalMs });
    const before = await live(alone, join(dir, "backups-alone"));
    expect(before.flatMap(({ errors }) => errors)).toEqual([]);

    await one.adopt();
    await one.start();
    await waitFor(async () => (await one.client.status()).peers[0]?.lag_ops === 0, {
      what: "node 1 has its archive at the peer",
      timeoutMs: 30_000,
    });
    const shown = await waitFor(() => countElsewhere(one.archive), {
      what: "node 1 shows what was written elsewhere",
      timeoutMs: 30_000,
    });
    const reports = await live(one.archive, join(dir, "backups"));
    await elsewhere[Symbol.asyncDispose]();
    expect(reports.flatMap(({ errors }) => errors)).toEqual([]);
    const others = Math.max(...reports.map((report) => report.others));
    expect(others).toBeGreaterThan(shown);

    const own = reports.flatMap(({ entries }) => entries.map(({ content_hash }) => content_hash));
    const missing = () => {
      const { times } = readContents(two.archive);
      return own.filter((hash) => times.get(hash) !== 1);
    };
    const options = { what: "all that was written at node 2", timeoutMs: 30_000, intervalMs: 100 };
    await waitFor(() => missing().length === 0, options).catch(() => expect(missing()).toEqual([]));
    await cluster.converged(30_000);
    for (const node of cluster.nodes) expect(errorsOf(node)).toEqual([]);

    const [was, is] = [turnsOf(before), turnsOf(reports)];
    console.log(
      `alone ${was.turns} turns of ${was.turnMs.toFixed(1)} ms, beside a node ${is.turns} of ${is.turnMs.toFixed(1)} ms: ` +
        `speed ${(was.turnMs / is.turnMs).toFixed(2)}; ${elsewhere.rows} rows elsewhere, ${others} seen at once, ` +
        `longest call ${longestCall(before).toFixed(0)} and ${longestCall(reports).toFixed(0)} ms`,
    );
  },
);
