import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { generateArchive, Random } from "@jarvis-crdt/fixtures";
import { waitFor } from "@jarvis-crdt/harness";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { settled } from "./kit/contents.ts";
import { jarvisctl } from "./kit/jarvisctl.ts";
import { knobs } from "./kit/knobs.ts";
import { layOut } from "./kit/lay-out.ts";
import { liveConfig } from "./kit/live-config.ts";
import { scratch } from "./kit/scratch.ts";

const folder = scratch("damaged-batch");
afterAll(() => folder.remove());

interface Stored {
  readonly first: number;
  readonly body: Buffer;
  readonly signature: Buffer;
}

/** Flips a byte of each of some stored batches, in their bodies and signatures, in the file itself. How many. */
function flipBytes(state: string, random: Random, most: number): number {
  const db = new Database(state);
  db.pragma("journal_mode = DELETE");
  const batches = db
    .prepare("SELECT first, body, signature FROM crdt_batches ORDER BY first")
    .all() as Stored[];
  db.close();
  const file = readFileSync(state);
  const descriptor = openSync(state, "r+");
  let flipped = 0;
  for (const { body, signature } of batches) {
    if (flipped === most) break;
    const what = flipped % 2 === 0 ? body : signature;
    // Long values lie in several pages, and begin alike: what is looked for is a piece of their middle.
    const middle = Math.floor(what.length / 2) - 16;
    const piece = what.subarray(middle, middle + 32);
    const start = file.indexOf(piece);
    if (start < 0 || file.indexOf(piece, start + 1) >= 0) continue;
    const at = start + random.between(0, 31);
    writeSync(descriptor, Buffer.of(file[at]! ^ 0x10), 0, 1, at);
    flipped++;
  }
  closeSync(descriptor);
  return flipped;
}

test("batches in which bytes flipped are fetched from a peer, one by one, while the node runs", {
  timeout: 120_000,
}, async () => {
  await using cluster = await layOut({ dir: folder.path, nodes: 2 });
  const [one, two] = [cluster.node(1), cluster.node(2)];
  generateArchive({ path: one.archive, rows: 2_500, seed: knobs.seed });
  await one.adopt();
  await cluster.start();
  await settled(cluster, 30_000);
  const { digest } = await two.client.digest();
  await two.stop();
  const flipped = flipBytes(two.state, new Random(knobs.seed), 3);
  expect(flipped).toBeGreaterThan(1);
  await two.start();
  await waitFor(async () => (await two.client.status()).peers.some(({ state }) => state === "connected"), {
    what: "a peer is connected",
  });
  const config = liveConfig(two);
  const found = await jarvisctl(["scrub", "--config", config, "--json"]);
  expect([found.code, JSON.parse(found.out).damaged.length]).toEqual([1, flipped]);
  await waitFor(
    async () => {
      const repaired = await jarvisctl(["scrub", "--config", config, "--repair", "--json"]);
      return JSON.parse(repaired.out).left.length === 0;
    },
    { what: "all are put back" },
  );
  const sound = await jarvisctl(["scrub", "--config", config, "--json"]);
  expect([sound.code, JSON.parse(sound.out).damaged]).toEqual([0, []]);
  expect((await two.client.digest()).digest).toBe(digest);
});
