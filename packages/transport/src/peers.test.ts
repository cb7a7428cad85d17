import { expect, test } from "vitest";
import type { Connection } from "./connection.ts";
import { accept, freePort, Node } from "./testing/peer-node.ts";
import { ManualTimers } from "./testing/timers.ts";
import { until } from "./testing/until.ts";

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

test("why this side refused a peer stays visible", async () => {
  await using b = await new Node("b", []).start();
  await using a = await new Node("a", [b.address], { timers: new ManualTimers() }).start();
  await until(() => a.nodes.length === 1);
  a.peers.connections[0]!.close("version");
  await until(() => a.nodes.length === 0);
  expect(a.peers.states()).toMatchObject([{ state: "backoff", lastError: "version" }]);
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
