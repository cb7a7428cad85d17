import { generateArchive, Random } from "@jarvis-crdt/fixtures";
import { waitFor } from "@jarvis-crdt/harness";
import { afterAll, expect, test } from "vitest";
import { readContents, settled } from "./kit/contents.ts";
import { knobs } from "./kit/knobs.ts";
import { layOut } from "./kit/lay-out.ts";
import { errorsOf } from "./kit/logs.ts";
import { scratch } from "./kit/scratch.ts";

const folder = scratch("first-sync");
afterAll(() => folder.remove());

const rows = 4000;
/** What a row takes on the wire at least, packed. */
const rowBytes = 80;

test("kills of who gives and of who takes during a first synchronisation double nothing", {
  timeout: 60_000 + knobs.syncKills * 10_000,
}, async () => {
  const random = new Random(knobs.seed);
  await using cluster = await layOut({ dir: folder.path, nodes: 2, wires: "proxied" });
  const [one, two] = [cluster.node(1), cluster.node(2)];
  generateArchive({ path: one.archive, rows, seed: knobs.seed });
  const original = readContents(one.archive);
  await one.adopt();

  const midway = new Map([one, two].map((node) => [node, 0]));
  for (let kill = 0; kill < knobs.syncKills; kill++) {
    const victim = cluster.node(1 + (kill % 2));
    const bytes = ((kill + random.next()) / (knobs.syncKills + 1)) * rows * rowBytes;
    const link = cluster.link(2, 1);
    const underWay = () => {
      if (link.traffic.down < bytes) return false;
      // The rest waits, or all would be there before the kill.
      link.freeze();
      return true;
    };
    // Watched for from the start: much is sent before a node that starts has said that it is ready.
    await Promise.all([
      cluster.start(),
      waitFor(underWay, { what: `${bytes} bytes are sent`, intervalMs: 1, timeoutMs: 20_000 }),
    ]);
    await victim.kill();
    link.thaw();
    if (readContents(two.archive).entries < original.entries) midway.set(victim, midway.get(victim)! + 1);
  }
  await cluster.start();
  const count = await settled(cluster, 30_000);
  console.log(
    `${knobs.syncKills} kills, midway ${midway.get(one)} of who gives and ${midway.get(two)} of who takes; ${count} rows`,
  );

  if (knobs.syncKills > 1)
    for (const [node, count] of midway) expect(count, `node ${node.index}`).toBeGreaterThan(0);
  for (const node of cluster.nodes) {
    expect(readContents(node.archive), `node ${node.index}`).toEqual(original);
    expect((await node.client.status()).counts).toMatchObject({ quarantined: 0, conflicts: 0 });
    expect(errorsOf(node)).toEqual([]);
  }
});
