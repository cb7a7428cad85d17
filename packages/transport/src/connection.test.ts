import { expect, test } from "vitest";
import type { CloseReason, Connection } from "./connection.ts";
import { dial } from "./dial.ts";
import { listen } from "./listen.ts";
import { testHandshakes } from "./testing/channel.ts";
import { Inbox, pair } from "./testing/pair.ts";
import { ManualTimers } from "./testing/timers.ts";
import { until } from "./testing/until.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

test("messages arrive whole, in order, both ways, and are counted", async () => {
  await using ends = await pair();
  const [a, b] = [new Inbox(), new Inbox()];
  ends.dialled.open(a);
  ends.accepted.open(b);
  const sent = [
    bytes(),
    bytes(1),
    new Uint8Array(65_514).fill(2),
    new Uint8Array(3_000_000).fill(3),
    bytes(4),
  ];
  for (const message of sent) ends.dialled.send(message);
  for (const message of sent) ends.accepted.send(message);
  await until(() => a.messages.length === sent.length && b.messages.length === sent.length);
  for (const inbox of [a, b])
    for (const [i, message] of sent.entries()) expect(Buffer.compare(inbox.messages[i]!, message)).toBe(0);
  expect(ends.dialled).toMatchObject({ initiator: true, peer: { node: "b" } });
  expect(ends.accepted).toMatchObject({ initiator: false, peer: { node: "a" } });
  expect(ends.dialled.bytesSent).toBe(ends.accepted.bytesReceived);
  expect(ends.dialled.bytesSent).toBeGreaterThan(3_065_000);
  expect(ends.dialled.bytesSent).toBeLessThan(3_068_000);
});

test("what arrives before anybody listens waits", async () => {
  await using ends = await pair();
  ends.dialled.send(bytes(1));
  ends.dialled.close("done");
  expect((await ends.dialled.closed).by).toBe("local");
  const inbox = new Inbox();
  ends.accepted.open(inbox);
  expect(() => ends.accepted.open(inbox)).toThrow();
  expect(await ends.accepted.closed).toEqual({ by: "peer", code: "done" });
  expect(inbox.messages).toEqual([Buffer.from([1])]);
});

test("a goodbye reaches the other side behind all that was queued", async () => {
  await using ends = await pair();
  const [a, b] = [new Inbox(), new Inbox()];
  ends.dialled.open(a);
  ends.accepted.open(b);
  ends.dialled.send(new Uint8Array(2_000_000));
  ends.dialled.close("shutdown");
  expect(ends.dialled.send(bytes(1))).toBe(false);
  expect(await ends.accepted.closed).toEqual({ by: "peer", code: "shutdown" });
  expect(b.messages).toHaveLength(1);
  expect(b.closes).toEqual([{ by: "peer", code: "shutdown" }]);
  expect(a.closes).toEqual([{ by: "local", code: "shutdown" }]);
});

test("an end without a goodbye is an interruption", async () => {
  await using ends = await pair();
  ends.dialled.open(new Inbox());
  ends.accepted.open(new Inbox());
  ends.dialled.destroy();
  expect(await ends.accepted.closed).toEqual({ by: "failure", code: "interrupted" });
});

test("what happened before anybody listened is told when somebody does", async () => {
  await using ends = await pair();
  ends.dialled.destroy();
  const inbox = new Inbox();
  ends.dialled.open(inbox);
  expect(inbox.closes).toEqual([{ by: "local", code: "destroyed" }]);
});

test("a busy handler gets one message at a time, and its peer feels it", async () => {
  const limits = { queueSoft: 200_000, queueHard: 100_000_000 };
  await using ends = await pair({ limits });
  const [a, b] = [new Inbox(), new Inbox()];
  const { promise, resolve } = Promise.withResolvers<void>();
  b.gate = promise;
  ends.dialled.open(a);
  ends.accepted.open(b);
  let sent = 0;
  // Until all that lies between the two, the kernel's buffers included, is full.
  for (let full = 0; full < 50; ) {
    sent++;
    if (ends.dialled.send(new Uint8Array(60_000))) continue;
    full++;
    await new Promise((turn) => setImmediate(turn));
  }
  expect(b.messages).toHaveLength(1);
  expect(ends.accepted.bytesReceived).toBeLessThan(400_000);
  const drained = a.drained;
  b.gate = undefined;
  resolve();
  await until(() => b.messages.length === sent);
  expect(a.drained).toBeGreaterThan(drained);
});

test.each([
  [
    "throws",
    () => {
      throw new Error("broken");
    },
  ],
  ["rejects", () => Promise.reject(Object.assign(new Error("odd"), { code: "cert-expired" }))],
])("a handler that %s ends the connection", async (_, message) => {
  await using ends = await pair();
  ends.accepted.open({ message });
  ends.dialled.open(new Inbox());
  ends.dialled.send(bytes(1));
  const reason = await ends.accepted.closed;
  expect(reason.by).toBe("failure");
  expect(["internal", "cert-expired"]).toContain(reason.code);
  expect(reason.error).toBeInstanceOf(Error);
  expect((await ends.dialled.closed).code).toBe("interrupted");
});

test("who ignores a full queue is cut off", async () => {
  await using ends = await pair({ limits: { queueSoft: 1000, queueHard: 5_000_000 } });
  ends.dialled.open(new Inbox());
  while (ends.dialled.send(new Uint8Array(4_000_000))) await Promise.resolve();
  ends.dialled.send(new Uint8Array(4_000_000));
  expect((await ends.dialled.closed).code).toBe("queue-overflow");
});

test("a message over the limit is the sender's mistake, and refused by a receiver with a smaller one", async () => {
  await using ends = await pair();
  expect(() => ends.dialled.send(new Uint8Array(6_000_000))).toThrow(RangeError);
  expect(() => ends.dialled.close("No!")).toThrow(RangeError);
});

test("silence is filled with keep-alives, so that both sides stay", async () => {
  const timers = new ManualTimers();
  await using ends = await pair({ timers });
  ends.dialled.open(new Inbox());
  ends.accepted.open(new Inbox());
  for (let i = 0; i < 6; i++) {
    const before = ends.accepted.bytesReceived + ends.dialled.bytesReceived;
    timers.advance(30_000);
    await until(() => ends.accepted.bytesReceived + ends.dialled.bytesReceived === before + 2 * 20);
  }
  ends.dialled.close();
  expect((await ends.accepted.closed).by).toBe("peer");
});

test("a connection of a day is renewed", async () => {
  const timers = new ManualTimers();
  await using ends = await pair({ timers, limits: { idleMs: Number.MAX_SAFE_INTEGER } });
  ends.dialled.open(new Inbox());
  timers.advance(24 * 60 * 60 * 1000);
  expect(await ends.dialled.closed).toEqual({ by: "local", code: "renew" });
});

test("a peer that does not read is given up", async () => {
  const timers = new ManualTimers();
  await using ends = await pair({ timers, limits: { queueHard: 100_000_000 } });
  ends.dialled.open(new Inbox());
  // The other end is never opened.
  for (let i = 0; i < 20; i++) ends.dialled.send(new Uint8Array(4_000_000));
  let reason: CloseReason | undefined;
  ends.dialled.closed.then((why) => {
    reason = why;
  });
  while (reason === undefined) {
    // It still talks, so that it is not silence that ends it.
    const { bytesReceived } = ends.dialled;
    ends.accepted.send(bytes(1));
    await until(() => ends.dialled.bytesReceived > bytesReceived);
    timers.advance(30_000);
    await Promise.resolve();
  }
  expect(timers.now()).toBeLessThanOrEqual(150_000);
  expect(reason.code).toBe("stalled");
});

test("who is not heard is asked, and answers, however rarely it speaks by itself", async () => {
  const [timers, slow] = [new ManualTimers(), new ManualTimers()];
  const received: Connection[] = [];
  const listener = await listen({
    host: "127.0.0.1",
    port: 0,
    handshakes: testHandshakes("b"),
    timers: slow,
    onConnection: (connection) => void received.push(connection),
  });
  const limits = { keepAliveMs: 1000, idleMs: 3000 };
  const dialled = await dial({ ...listener.address, handshakes: testHandshakes("a"), timers, limits });
  dialled.open(new Inbox());
  received[0]!.open(new Inbox());
  for (let i = 0; i < 5; i++) {
    const before = dialled.bytesReceived;
    timers.advance(1000);
    timers.advance(1000);
    await until(() => dialled.bytesReceived === before + 20);
  }
  // Nobody answers in a moment in which no turn of the event loop passes.
  for (let i = 0; i < 4; i++) timers.advance(1000);
  expect(await dialled.closed).toMatchObject({ by: "failure", code: "idle" });
  await listener.close();
});

test("who stood still itself does not take its peer for gone", async () => {
  const timers = new ManualTimers();
  await using ends = await pair({ timers, limits: { keepAliveMs: 1000, idleMs: 3000 } });
  const closes: CloseReason[] = [];
  ends.dialled.open({ message: () => {}, close: (reason) => void closes.push(reason) });
  ends.accepted.open(new Inbox());
  timers.stall(60_000);
  timers.advance(1000);
  expect(closes).toEqual([]);
  for (let i = 0; i < 4; i++) timers.advance(1000);
  expect(closes).toMatchObject([{ code: "idle" }]);
});

test("a rate holds both ways, is measured, and delays no goodbye", async () => {
  const timers = new ManualTimers();
  await using ends = await pair({ timers, limits: { bytesPerSecond: 100_000 } });
  const [a, b] = [new Inbox(), new Inbox()];
  ends.dialled.open(a);
  ends.accepted.open(b);
  const start = ends.dialled.bytesSent;
  for (let i = 0; i < 20; i++) ends.dialled.send(new Uint8Array(50_000));
  expect(ends.dialled.bytesSent - start).toBeLessThan(100_000);
  for (let second = 1; second <= 4; second++) {
    for (let i = 0; i < 100; i++) {
      timers.advance(10);
      await new Promise((turn) => setImmediate(turn));
    }
    const most = 25_000 + 50_100 + second * 100_000;
    expect(ends.dialled.bytesSent - start).toBeLessThan(most);
    expect(ends.dialled.bytesSent - start).toBeGreaterThan(second * 100_000 - 50_100);
  }
  expect(b.messages.length).toBeLessThan(10);
  expect(ends.dialled.sendRate).toBeGreaterThan(30_000);
  expect(ends.dialled.sendRate).toBeLessThan(110_000);
  expect(ends.accepted.receiveRate).toBeGreaterThan(10_000);
  ends.dialled.close("shutdown");
  expect((await ends.dialled.closed).code).toBe("shutdown");
  expect(timers.pending.every((ms) => ms <= 30_000)).toBe(true);
});
