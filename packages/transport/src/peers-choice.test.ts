import { expect, test } from "vitest";
import { freePort, Node } from "./testing/peer-node.ts";
import { seeded } from "./testing/seeded.ts";
import { ManualTimers } from "./testing/timers.ts";
import { until } from "./testing/until.ts";

// Which of the peers that a node was told of, or only heard of, it dials.

test("thirty nodes that dial few of each other are one graph with few neighbours each, and heal", async () => {
  const ports = await Promise.all(Array.from({ length: 30 }, () => freePort()));
  const addresses = ports.map((port) => `127.0.0.1:${port}`);
  const nodes = await Promise.all(
    ports.map((port, i) =>
      new Node(`n${String(i).padStart(2, "0")}`, addresses, {
        listen: { host: "127.0.0.1", port },
        maxPeers: 8,
        random: seeded(i + 1),
      }).start(),
    ),
  );
  const isOneGraph = (alive: readonly Node[]) => {
    const byName = new Map(alive.map((node) => [node.name, node]));
    const seen = new Set([alive[0]!]);
    for (const node of seen)
      for (const name of node.nodes) {
        const other = byName.get(name);
        if (other) seen.add(other);
      }
    return seen.size === alive.length;
  };
  const isSettled = (alive: readonly Node[]) =>
    alive.every((node) => {
      const dialled = node.peers.states().filter(({ state }) => state === "backoff");
      return node.nodes.length >= 4 && dialled.length === 0;
    });
  await until(() => isSettled(nodes));
  expect(isOneGraph(nodes)).toBe(true);
  const degrees = nodes.map((node) => node.nodes.length);
  expect(degrees.reduce((sum, degree) => sum + degree) / 30).toBeLessThanOrEqual(8);
  expect(Math.max(...degrees)).toBeLessThan(20);

  const [gone, alive] = [nodes.slice(0, 10), nodes.slice(10)];
  await Promise.all(gone.map((node) => node.peers.close()));
  await until(() => isSettled(alive));
  expect(isOneGraph(alive)).toBe(true);
  await Promise.all(alive.map((node) => node.peers.close()));
});

test("what was only heard of is dialled, and forgotten when it is gone", async () => {
  await using b = await new Node("b", []).start();
  await using a = await new Node("a", []).start();
  a.peers.found(b.address);
  a.peers.found(b.address);
  expect(() => a.peers.found("nowhere")).toThrow(expect.objectContaining({ code: "invalid-address" }));
  await until(() => a.nodes.length === 1);
  a.peers.lost(b.address);
  expect(a.peers.states()).toMatchObject([{ address: b.address, node: "b", state: "connected" }]);
  b.peers.connections[0]!.destroy();
  await until(() => a.nodes.length === 0);
  expect(a.peers.states()).toEqual([]);
});

test("a peer that moved is found at its new address", async () => {
  const first = await new Node("b", []).start();
  await using a = await new Node("a", [first.address]).start();
  await until(() => a.nodes.length === 1);
  await first.peers.close();
  await using second = await new Node("b", []).start();
  a.peers.found(second.address);
  await until(() => a.nodes.length === 1);
  expect(a.peers.states()).toMatchObject([
    { address: first.address, node: "b", state: "connected" },
    { address: second.address, node: "b", state: "connected" },
  ]);
});

test("of a flood of hints a bounded number is kept, few are dialled at a time, and the true one is", async () => {
  await using b = await new Node("b", []).start();
  const random = seeded(1);
  await using a = await new Node("a", [], { maxPeers: 8, random }).start();
  a.peers.found(b.address);
  await until(() => a.nodes.length === 1);
  for (let i = 0; i < 600; i++)
    a.peers.found(`127.0.0.1:${1 + (i % 9)}`.replace("127.0.0", `127.0.${i % 250}`));
  expect(a.peers.states().filter(({ state }) => state === "backoff").length).toBeLessThanOrEqual(4);
  expect(a.peers.states().length).toBeLessThan(260);
  expect(a.nodes).toEqual(["b"]);
  a.peers.lost("127.0.0.1:1");
});

test("of many peers some are dialled; when one goes another is, and one is exchanged at times", async () => {
  const timers = new ManualTimers();
  const limits = { keepAliveMs: 1e9, idleMs: 1e9 };
  const others = await Promise.all(
    Array.from({ length: 10 }, (_, i) => new Node(`b${i}`, [], { timers, limits }).start()),
  );
  const options = { maxPeers: 8, random: seeded(7), timers, limits };
  await using a = await new Node(
    "a",
    others.map(({ address }) => address),
    options,
  ).start();
  await until(() => a.nodes.length === 4);
  expect(
    a.peers
      .states()
      .map(({ state }) => state)
      .toSorted(),
  ).toEqual([...Array.from({ length: 4 }, () => "connected"), ...Array.from({ length: 6 }, () => "known")]);
  const before = new Set(a.nodes);
  const gone = others.find(({ name }) => before.has(name))!;
  await gone.peers.close();
  await until(() => a.nodes.length === 3);
  for (let failures = 0; failures < 3; failures = a.refused.length) {
    timers.advance(20);
    await new Promise((turn) => setImmediate(turn));
  }
  await until(() => a.nodes.length === 4);
  expect(a.nodes).not.toContain(gone.name);

  const chosen = new Set(a.nodes);
  timers.advance(timers.pending.find((ms) => ms > 100_000)!);
  await until(() => a.nodes.length === 4 && a.nodes.some((node) => !chosen.has(node)));
  for (const other of others) await other.peers.close();
});
