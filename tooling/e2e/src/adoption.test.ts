import { generateArchive, Random } from "@jarvis-crdt/fixtures";
import { waitFor } from "@jarvis-crdt/harness";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { settled } from "./kit/contents.ts";
import { knobs } from "./kit/knobs.ts";
import { layOut } from "./kit/lay-out.ts";
import { errorsOf } from "./kit/logs.ts";
import { scratch } from "./kit/scratch.ts";

const folder = scratch("adoption");
afterAll(() => folder.remove());

const rows = 5000;

test("what the assistant changes while its archive is being adopted and first sent is kept", {
  timeout: 90_000,
}, async () => {
  const random = new Random(knobs.seed);
  await using cluster = await layOut({ dir: folder.path, nodes: 2 });
  const [one, two] = [cluster.node(1), cluster.node(2)];
  generateArchive({ path: one.archive, rows, seed: knobs.seed, activities: 0 });
  await one.adopt();

  const verdicts = new Map<number, string>();
  const assistant = new Database(one.archive, { timeout: 5000 });
  try {
    const waiting = assistant.prepare("SELECT count(*) FROM crdt_outbox").pluck();
    const ids = assistant.prepare("SELECT id FROM archive_entries").pluck().all() as number[];
    const update = assistant.prepare("UPDATE archive_entries SET verification_details = ? WHERE id = ?");
    let written = 0;
    const change = assistant.transaction(() => {
      for (let n = 0; n < 20; n++) {
        const id = random.pick(ids);
        const verdict = `verdict ${written++}`;
        update.run(verdict, id);
        verdicts.set(id, verdict);
      }
    });
    expect(waiting.get()).toBe(rows);
    const started = cluster.start();
    const captured = () => {
      change();
      return (waiting.get() as number) < 100;
    };
    await waitFor(captured, { what: "the adopted rows are captured", timeoutMs: 30_000, intervalMs: 1 });
    await started;
    for (let n = 0; n < 10; n++) {
      change();
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    assistant.close();
  }

  await settled(cluster, 30_000);
  console.log(`${verdicts.size} of ${rows} rows changed meanwhile`);
  for (const node of [one, two]) {
    const db = new Database(node.archive, { readonly: true });
    const details = db
      .prepare("SELECT verification_details FROM archive_entries WHERE verification_details LIKE 'verdict %'")
      .pluck()
      .all() as string[];
    db.close();
    expect(details.sort(), `node ${node.index}`).toEqual([...verdicts.values()].sort());
    expect((await node.client.status()).counts).toMatchObject({ quarantined: 0, conflicts: 0 });
    expect(errorsOf(node)).toEqual([]);
  }
});
