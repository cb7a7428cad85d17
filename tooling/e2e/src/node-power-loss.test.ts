import { generateArchive, Random } from "@jarvis-crdt/fixtures";
import { type Cluster, hasStrace, nothingLost, patience } from "@jarvis-crdt/harness";
import { afterAll, expect, test } from "vitest";
import { arrives } from "./kit/arrives.ts";
import { clientWrites } from "./kit/client-load.ts";
import { type Contents, readContents, settled } from "./kit/contents.ts";
import { knobs } from "./kit/knobs.ts";
import { layOut } from "./kit/lay-out.ts";
import type { Ledger } from "./kit/ledger.ts";
import { errorsOf } from "./kit/logs.ts";
import { RecordedNode } from "./kit/recorded-node.ts";
import { scratch } from "./kit/scratch.ts";
import { TimedLedger } from "./kit/timed-ledger.ts";

const folder = scratch("node-power-loss");
afterAll(() => folder.remove());

const counter = "losses";

/** What happened until the power went. */
interface Loss {
  readonly what: string;
  readonly time: number;
  readonly victims: readonly RecordedNode[];
}

test.skipIf(!hasStrace())(
  "nodes that lose power at any instant keep all that they acknowledged, write no log twice, and agree",
  { timeout: (60_000 + knobs.nodeLosses * 20_000) * patience },
  async () => {
    const random = new Random(knobs.seed);
    await using cluster = await layOut({ dir: folder.path, nodes: 2 });
    const [first] = cluster.nodes;
    generateArchive({ path: first!.archive, rows: 60, seed: knobs.seed });
    const adopted = readContents(first!.archive);
    await first!.adopt();
    const nodes = cluster.nodes.map((node) => new RecordedNode(node, folder.path));
    const clients = new TimedLedger();
    await live(nodes, clients);

    for (let n = 0; n < knobs.nodeLosses; n++) {
      const loss = chooseLoss(nodes, n, random);
      for (const node of nodes) {
        const gone = loss.victims.includes(node);
        node.layBack(loss.time, gone ? (most) => random.between(0, most - 1) : nothingLost);
      }
      await expectKept(cluster, nodes, loss, clients.at(loss.time), adopted);
    }
  },
);

/** Both nodes work, one is stopped for a while, and both are killed. */
async function live(nodes: readonly RecordedNode[], clients: TimedLedger): Promise<void> {
  const [first, second] = nodes as [RecordedNode, RecordedNode];
  const write = async ({ node }: RecordedNode, name: string) =>
    await clientWrites(node.client, clients, { name: `${name} ${node.index}`, counter, most: 6 });
  await first.start();
  await Promise.all([
    second.start().then(() => write(second, "begin")),
    write(first, "begin"),
    first.assistantWrites(4, knobs.seed * 10),
  ]);
  await Promise.all([
    second.assistantWrites(4, knobs.seed * 10 + 1),
    first.node.stop(),
    write(second, "alone"),
  ]);
  await first.assistantWrites(2, knobs.seed * 10 + 2);
  await first.start();
  await Promise.all([
    write(first, "again"),
    write(second, "again"),
    first.assistantWrites(4, knobs.seed * 10 + 3),
    second.assistantWrites(4, knobs.seed * 10 + 4),
  ]);
  await Promise.all(nodes.map(({ node }) => node.kill()));
  const complaints = [clients, ...nodes.map(({ assistants }) => assistants)].flatMap(
    (ledger) => ledger.complaints,
  );
  expect(complaints).toEqual([]);
}

/** Both nodes, or one of them; sometimes around a write of the fence, of which there are few. */
function chooseLoss(nodes: readonly RecordedNode[], number: number, random: Random): Loss {
  const victims = [nodes, nodes.slice(0, 1), nodes.slice(1)][number % 3]!;
  const events = victims.flatMap((victim) => {
    const fences = victim.events.flatMap(({ path }, i) => (path.includes("/fence") ? i : []));
    if (fences.length === 0) return victim.events;
    const center = random.pick(fences);
    return random.chance(0.2) ? victim.events.slice(Math.max(0, center - 3), center + 4) : victim.events;
  });
  const event = random.pick(events);
  const names = victims.map(({ node }) => node.index).join(" and ");
  const what = `seed ${knobs.seed}, loss ${number} of node ${names} at ${event.do} ${event.path}, ${event.time}`;
  return { what, time: event.time, victims };
}

async function expectKept(
  cluster: Cluster,
  nodes: readonly RecordedNode[],
  { what, time, victims }: Loss,
  clients: Ledger,
  adopted: Contents,
): Promise<void> {
  await Promise.all(nodes.map(({ node }) => node.start()));
  await settled(cluster, 30_000);
  const [first, second] = cluster.nodes;
  await arrives(first!, second!, { content: "after the loss" });
  await arrives(second!, first!, { content: "after the loss too" });
  await settled(cluster, 30_000);

  const assistants = new Set(nodes.flatMap((node) => [...node.assistants.rows.keys()]));
  for (const { node } of nodes) {
    const name = `${what}: node ${node.index}`;
    const contents = readContents(node.archive);
    const times = (hash: string) => contents.times.get(hash) ?? 0;
    const wrong = [...clients.rows].filter(([hash, fate]) =>
      fate === "acknowledged" ? times(hash) !== 1 : times(hash) > 1,
    );
    expect(wrong, `${name}: acknowledged rows lost or doubled`).toEqual([]);
    const changed = [...adopted.times].filter(([hash, count]) => times(hash) !== count);
    expect(changed, `${name}: adopted rows lost or doubled`).toEqual([]);
    expect(
      [...assistants].filter((hash) => times(hash) > 1),
      `${name}: the assistant's rows doubled`,
    ).toEqual([]);
    for (const writer of nodes) {
      const kept = writer.assistants.at(durableTime(writer, victims.includes(writer), time));
      const lost = [...kept.rows.keys()].filter((hash) => times(hash) === 0);
      expect(lost, `${name}: rows lost that the assistant of node ${writer.node.index} has written`).toEqual(
        [],
      );
    }
    // Activities of two nodes may be alike, so they are counted: never more than there ever were.
    const written = nodes.reduce((sum, writer) => sum + writer.assistants.activities, adopted.activities);
    expect(contents.activities, `${name}: activities doubled`).toBeLessThanOrEqual(written);
    const { counts } = await node.client.status();
    expect(counts, name).toMatchObject({ quarantined: 0, conflicts: 0 });
    // Where the power went before the first increment nobody knows the counter.
    const counted = await node.client.request("GET", `/v1/counters/${counter}`);
    const value = counted.status === 404 ? 0 : (counted.body as { value: number }).value;
    expect(value, `${name}: counter`).toBeGreaterThanOrEqual(clients.counter.least);
    expect(value, `${name}: counter`).toBeLessThanOrEqual(clients.counter.most);
    const { voids } = await node.client.call<{ voids: readonly object[] }>("GET", "/v1/voids");
    expect(voids, `${name}: a log was written twice`).toEqual([]);
    expect(errorsOf(node), `${name}: errors`).toEqual([]);
  }
  await Promise.all(nodes.map(({ node }) => node.kill()));
}

/** Until when SQLite has kept what it told an assistant: the deletion of a journal lasts from the next sync on. */
function durableTime(writer: RecordedNode, lost: boolean, time: number): number {
  if (!lost) return time;
  return writer.eventsUntil(time).findLast((event) => event.do === "sync")?.time ?? 0;
}
