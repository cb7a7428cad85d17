import { expect, test } from "vitest";
import { formatAddress } from "./address.ts";
import type { Connection } from "./connection.ts";
import { type Listener, listen } from "./listen.ts";
import { Peers } from "./peers.ts";
import type { PeersOptions } from "./peers-options.ts";
import { testHandshakes } from "./testing/channel.ts";
import { Inbox } from "./testing/pair.ts";
import { seeded } from "./testing/seeded.ts";
import { ManualTimers } from "./testing/timers.ts";
import { until } from "./testing/until.ts";

/** A node with peers, and what it heard. */
class Node {
  readonly name: string;
  readonly peers: Peers;
  readonly opened: Connection[] = [];
  readonly refused: string[] = [];
  /** Of these, how many told nothing new. */
  repeated = 0;
  address = "";

  constructor(node: string, addresses: readonly string[], options: Partial<PeersOptions> = {}) {
    this.name = node;
    this.peers = new Peers({
      node,
      handshakes: testHandshakes(node),
      addresses,
      listen: { host: "127.0.0.1", port: 0 },
      random: () => 0,
      backoff: { minMs: 2, maxMs: 20, attempts: 1 },
      onRefused: (code, _address, _error, repeated) => {
        this.refused.push(code);
        if (repeated) this.repeated++;
      },
      onConnection: (connection) => {
        this.opened.push(connection);
        connection.open(new Inbox());
      },
      ...options,
    });
  }

  async start(): Promise<this> {
    const address = await this.peers.start();
    if (address) this.address = formatAddress(address);
    return this;
  }

  get nodes(): readonly string[] {
    return this.peers.connections.map(({ peer }) => peer.node);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.peers.close();
  }
}

const freePort = async (): Promise<number> => {
  const listener = await listen({
    host: "127.0.0.1",
    port: 0,
    handshakes: testHandshakes("x"),
    onConnection() {},
  });
  await listener.close();
  return listener.address.port;
};

function accept(port: number, node: string, connections: Connection[] = []): Promise<Listener> {
  return listen({
    host: "127.0.0.1",
    port,
    handshakes: testHandshakes(node),
    onConnection: (connection) => {
      connections.push(connection);
      connection.open(new Inbox());
    },
  });
}

test("a peer that is up is connected, and shown", async () => {
  await using b = await new Node("b", []).start();
  await using a = await new Node("a", [b.address]).start();
  expect(a.peers.states()).toMatchObject([{ address: b.address, node: undefined, state: "backoff" }]);
  await until(() => a.nodes.length === 1 && b.nodes.length === 1);
  expect(a.peers.states()).toEqual([
    {
      address: b.address,
      node: "b",
      name: "node-b",
      state: "connected",
      lastError: undefined,
      traffic: a.peers.connections[0],
    },
  ]);
  expect(b.peers.states()).toMatchObject([{ node: "a", state: "connected" }]);
});

test("a peer that comes late, goes and comes back is found again", async () => {
  const port = await freePort();
  await using a = await new Node("a", [`127.0.0.1:${port}`]).start();
  await until(() => a.refused.length >= 3);
  expect(a.repeated).toBe(a.refused.length - 1);
  expect(a.peers.states()).toMatchObject([{ state: "backoff", lastError: "unreachable" }]);
  const first = await accept(port, "b");
  await until(() => a.nodes.length === 1);
  expect(a.peers.states()).toMatchObject([{ state: "connected", lastError: undefined }]);
  await first.close();
  await until(() => a.nodes.length === 0);
  expect(a.peers.states()).toMatchObject([{ state: "backoff", node: "b" }]);
  const second = await accept(port, "b");
  await until(() => a.nodes.length === 1);
  expect(a.opened).toHaveLength(2);
  await second.close();
});

test("waits grow while a peer is away, within bounds, and shrink after a stable connection", async () => {
  const port = await freePort();
  const timers = new ManualTimers();
  const backoff = { minMs: 100, maxMs: 1000, attempts: 1 };
  await using a = await new Node("a", [`127.0.0.1:${port}`], { timers, backoff }).start();
  const waits: number[] = [];
  for (let i = 1; i <= 6; i++) {
    await until(() => a.refused.length === i);
    waits.push(timers.pending[0]!);
    timers.advance(timers.pending[0]!);
  }
  expect(waits).toEqual([50, 100, 200, 400, 500, 500]);
  await until(() => a.refused.length === 7);
  const connections: Connection[] = [];
  await using listener = Object.assign(await accept(port, "b", connections), {
    async [Symbol.asyncDispose]() {
      await listener.close();
    },
  });
  timers.advance(500);
  await until(() => a.nodes.length === 1);
  timers.advance(10_000);
  connections[0]!.destroy();
  await until(() => a.nodes.length === 0);
  expect(timers.pending[0]).toBe(50);
});

test("two nodes that dial each other keep one connection, the one of the smaller id", async () => {
  for (let round = 0; round < 10; round++) {
    const [portA, portB] = [await freePort(), await freePort()];
    const at = (port: number) => ({ listen: { host: "127.0.0.1", port } });
    await using a = new Node("a", [`127.0.0.1:${portB}`], at(portA));
    await using b = new Node("b", [`127.0.0.1:${portA}`], at(portB));
    await Promise.all([a.start(), b.start()]);
    await until(() => a.nodes.length === 1 && b.nodes.length === 1);
    await until(() => a.peers.connections[0]!.initiator && !b.peers.connections[0]!.initiator);
    for (const node of [a, b]) {
      const [kept, ...others] = node.opened.toReversed();
      expect(kept).toBe(node.peers.connections[0]);
      for (const other of others) expect((await other.closed).code).toBe("duplicate");
      expect(node.peers.states()).toMatchObject([{ state: "connected" }]);
    }
  }
});

test("of two addresses of one node one is dialled, both are connected", async () => {
  await using b = await new Node("b", []).start();
  const other = b.address.replace("127.0.0.1", "localhost");
  await using a = await new Node("a", [b.address, other]).start();
  await until(() => a.peers.states().every(({ state }) => state === "connected"));
  expect(a.nodes).toEqual(["b"]);
  expect(b.nodes).toEqual(["a"]);
  expect(a.refused).toEqual([]);
});

test("dialling oneself is noticed once and not tried again", async () => {
  const port = await freePort();
  const timers = new ManualTimers();
  const own = `127.0.0.1:${port}`;
  await using a = await new Node("a", [own], { listen: { host: "127.0.0.1", port }, timers }).start();
  await until(() => a.peers.states()[0]!.state === "disabled");
  expect(a.peers.states()).toMatchObject([{ address: own, lastError: "self-connect" }]);
  expect(a.opened).toEqual([]);
  await until(() => a.refused.length === 2 && timers.pending.length === 0);
  expect(a.refused.toSorted()).toEqual(["interrupted", "self-connect"]);
});

test("a disabled peer is cut, refused both ways, and connected at once when enabled", async () => {
  await using b = await new Node("b", []).start();
  await using a = await new Node("a", [b.address]).start();
  await until(() => a.nodes.length === 1 && b.nodes.length === 1);
  a.peers.disable("b");
  expect(await b.opened[0]!.closed).toEqual({ by: "peer", code: "disabled" });
  expect(a.peers.states()).toMatchObject([{ node: "b", state: "disabled" }]);
  a.peers.enable("b");
  await until(() => a.nodes.length === 1);
  b.peers.disable("a");
  expect(b.peers.states()).toMatchObject([{ node: "a", state: "disabled" }]);
  await until(() => a.refused.includes("disabled"));
  expect(a.peers.states()).toMatchObject([{ state: "backoff", lastError: "disabled" }]);
  expect(b.peers.states()).toMatchObject([{ node: "a", state: "disabled" }]);
  b.peers.enable("a");
  await until(() => a.nodes.length === 1 && b.nodes.length === 1);
});

test("a peer can be disabled by its address before it was ever reached", async () => {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const timers = new ManualTimers();
  await using a = new Node("a", [address], { timers });
  a.peers.disable(address);
  await a.start();
  expect(a.peers.states()).toMatchObject([{ address, state: "disabled" }]);
  expect(timers.pending).toEqual([]);
  a.peers.enable(address);
  await until(() => a.refused.length === 1);
  expect(a.refused).toEqual(["unreachable"]);
});

test("a peer that lost its connection silently replaces the old one", async () => {
  const timers = new ManualTimers();
  const port = await freePort();
  await using b = await new Node("b", [], { timers, listen: { host: "127.0.0.1", port } }).start();
  await using first = await new Node("a", [b.address]).start();
  await until(() => b.nodes.length === 1);
  // The same node, started anew while its old connection still looks alive.
  await using second = await new Node("a", [b.address]).start();
  await until(() => second.nodes.length === 1 && b.opened.length === 2);
  expect((await b.opened[0]!.closed).code).toBe("duplicate");
  expect(b.peers.connections).toEqual([b.opened[1]]);
  first.peers.disable("b");
});

test("a connection that has stood for a while gives way to a peer that dials, whatever the ids", async () => {
  const timers = new ManualTimers();
  await using first = await new Node("b", []).start();
  await using a = await new Node("a", [first.address], { timers }).start();
  await until(() => a.nodes.length === 1);
  await using second = await new Node("b", [a.address]).start();
  await until(() => second.peers.states()[0]!.lastError === "duplicate");
  expect(a.opened).toHaveLength(1);
  timers.advance(10_000);
  await until(() => second.nodes.length === 1);
  expect((await a.opened[0]!.closed).code).toBe("duplicate");
  expect(second.refused).toEqual([]);
});

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

test("why this side refused a peer stays visible", async () => {
  await using b = await new Node("b", []).start();
  await using a = await new Node("a", [b.address], { timers: new ManualTimers() }).start();
  await until(() => a.nodes.length === 1);
  a.peers.connections[0]!.close("version");
  await until(() => a.nodes.length === 0);
  expect(a.peers.states()).toMatchObject([{ state: "backoff", lastError: "version" }]);
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

test("after close nothing is dialled and no timer is left", async () => {
  const timers = new ManualTimers();
  const port = await freePort();
  const a = await new Node("a", [`127.0.0.1:${port}`], { timers }).start();
  await until(() => a.refused.length === 1);
  await a.peers.close();
  expect(timers.pending).toEqual([]);
});

test("an address that is none is refused at once", () => {
  expect(() => new Node("a", ["nowhere"])).toThrow(expect.objectContaining({ code: "invalid-address" }));
});
