import { generateArchive, Random } from "@jarvis-crdt/fixtures";
import { type ClusterNode, waitFor } from "@jarvis-crdt/harness";
import { afterAll, expect, test } from "vitest";
import { arrives } from "./kit/arrives.ts";
import { assistantWrites } from "./kit/assistant.ts";
import { clientWrites } from "./kit/client-load.ts";
import { readContents, settled } from "./kit/contents.ts";
import { counted } from "./kit/counter.ts";
import { knobs } from "./kit/knobs.ts";
import { layOut } from "./kit/lay-out.ts";
import { Ledger } from "./kit/ledger.ts";
import { errorsOf } from "./kit/logs.ts";
import { scratch } from "./kit/scratch.ts";

const folder = scratch("partition");
afterAll(() => folder.remove());

test("a node that is cut off in the middle of a stream, written on both sides, comes back", {
  timeout: 120_000,
}, async () => {
  await using cluster = await layOut({ dir: `${folder.path}/three`, nodes: 3, wires: "proxied" });
  const [one, two, three] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode];
  const links = [cluster.link(3, 1), cluster.link(3, 2)];
  const down = () => links.reduce((sum, { traffic }) => sum + traffic.down, 0);
  const underWay = async (bytes: number) => {
    await waitFor(() => down() >= bytes, { what: "the stream to node 3 is under way", intervalMs: 1 });
  };

  /** Each way to be cut off, while `stream` comes, and to come back. */
  const partitions: readonly {
    readonly how: string;
    stream(): Promise<void>;
    cut(): Promise<void>;
    heal(): Promise<void>;
  }[] = [
    {
      how: "in a first synchronisation, in the middle of a record",
      stream: async () => {
        for (const link of links) link.cutAfter("down", 30_001);
        await three.start();
        await underWay(30_001);
      },
      cut: async () => links.forEach((link) => void link.block()),
      heal: async () => links.forEach((link) => void link.unblock()),
    },
    {
      how: "by a wire that says nothing any more, and one that takes nothing",
      stream: () => underWay(down() + 20_000),
      cut: async () => {
        links[0]!.freeze();
        links[1]!.stall(["up", "down"]);
      },
      heal: async () => {
        links[0]!.thaw();
        links[1]!.unstall();
      },
    },
    {
      how: "by command",
      stream: () => underWay(down() + 20_000),
      cut: async () => {
        for (const peer of [one, two]) await three.client.disconnect(peer.ready.node);
      },
      heal: async () => undefined,
    },
  ];

  generateArchive({ path: one.archive, rows: 1500, seed: knobs.seed, profile: "bench" });
  await one.adopt();
  await Promise.all([one.start(), two.start()]);
  const ledger = new Ledger();
  for (const [round, { how, stream, cut, heal }] of partitions.entries()) {
    const assistant = (node: ClusterNode, part: number) =>
      assistantWrites(
        { archive: node.archive, count: 10, seed: (knobs.seed * 10 + round * 2 + part) * 10 + node.index },
        ledger,
      );
    const client = (node: ClusterNode, part: number) =>
      clientWrites(node.client, ledger, { name: `${how} ${part} ${node.index}`, counter: "c", most: 15 });
    const before = [assistant(one, 0), client(one, 0), client(two, 0)];
    await stream();
    await cut();
    await Promise.all(before);
    await Promise.all([
      ...cluster.nodes.map((node) => client(node, 1)),
      assistant(two, 1),
      assistant(three, 1),
    ]);

    const there = await arrives(one, two);
    const apart = await three.client.request("GET", `/v1/archive/${there}`);
    expect(apart.status, `${how}: node 3 hears nothing`).toBe(404);
    expect(await counted(three, "c"), how).toBeLessThan(ledger.counter.least);

    await heal();
    for (const peer of [one, two]) await three.client.connect(peer.ready.node).catch(() => undefined);
    await settled(cluster, 30_000);
    for (const node of cluster.nodes) {
      const { times } = readContents(node.archive);
      const wrong = [...ledger.rows.keys()].filter((hash) => times.get(hash) !== 1);
      expect(wrong, `${how}: rows lost or doubled at node ${node.index}`).toEqual([]);
      expect(await counted(node, "c"), how).toBe(ledger.counter.least);
    }
  }
  expect(ledger.complaints).toEqual([]);
  for (const node of cluster.nodes) {
    expect((await node.client.status()).counts).toMatchObject({ quarantined: 0, conflicts: 0 });
    expect(errorsOf(node)).toEqual([]);
  }
});

test("five nodes in a chain that each add their number apart all count fifteen, over slow and lossy wires", {
  timeout: 60_000,
}, async () => {
  await using cluster = await layOut({
    dir: `${folder.path}/chain`,
    nodes: 5,
    wires: "proxied",
    dials: (index) => (index === 1 ? [] : [index - 1]),
  });
  const links = [2, 3, 4, 5].map((index) => cluster.link(index, index - 1));
  for (const link of links) link.block();
  await Promise.all(cluster.nodes.map((node) => node.start()));
  for (const node of cluster.nodes)
    await node.client.call("POST", "/v1/counters/global_counter", { by: node.index });
  for (const node of cluster.nodes) expect(await counted(node, "global_counter")).toBe(node.index);

  const chance = new Random(knobs.seed);
  for (const link of links) {
    link.delayMs = 100;
    link.loss = { share: 0.05, resentAfterMs: 200, random: () => chance.next() };
    link.unblock();
  }
  await cluster.converged(30_000);
  for (const node of cluster.nodes) expect(await counted(node, "global_counter")).toBe(15);
});
