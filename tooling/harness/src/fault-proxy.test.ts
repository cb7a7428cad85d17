import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FaultProxy } from "./fault-proxy.ts";
import { waitFor } from "./wait.ts";

let echo: Server;
let proxy: FaultProxy;

beforeEach(async () => {
  echo = createServer((socket) => socket.on("error", () => undefined).pipe(socket));
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  proxy = await FaultProxy.listen(`127.0.0.1:${(echo.address() as AddressInfo).port}`);
});
afterEach(async () => {
  await proxy.close();
  echo.close();
});

function dial(): { socket: Socket; received: () => string; bytes: () => Buffer } {
  const chunks: Buffer[] = [];
  const socket = connect(Number(proxy.address.split(":")[1]), "127.0.0.1");
  socket.on("data", (chunk) => chunks.push(chunk)).on("error", () => undefined);
  const bytes = () => Buffer.concat(chunks);
  return { socket, bytes, received: () => bytes().toString() };
}

test("forwards both ways and counts", async () => {
  const { socket, bytes } = dial();
  const sent = Buffer.alloc(1_000_000, "abcdefg");
  socket.end(sent);
  await once(socket, "close");
  expect(bytes().equals(sent)).toBe(true);
  expect(proxy.traffic).toEqual({ up: 1_000_000, down: 1_000_000 });
  await waitFor(() => proxy.connections === 0, { what: "the wire is forgotten" });
});

test("flips exactly one bit, once", async () => {
  const { socket, received } = dial();
  socket.write("aaa");
  await waitFor(() => received() === "aaa", { what: "the first bytes" });
  proxy.flipBit("down", 2, 1);
  socket.write("aaaaa");
  await waitFor(() => received() === "aaaaacaa", { what: "a flipped bit" });
  socket.write("aaa");
  await waitFor(() => received() === "aaaaacaaaaa", { what: "whole bytes" });
});

test("cuts in the middle", async () => {
  const { socket, received } = dial();
  proxy.cutAfter("down", 4);
  socket.write("abcdefg");
  await once(socket, "close");
  expect(received()).toBe("abcd");
  const next = dial();
  next.socket.write("again");
  await waitFor(() => next.received() === "again", { what: "a new connection" });
});

test("blocks and unblocks", async () => {
  const first = dial();
  first.socket.write("x");
  await waitFor(() => first.received() === "x", { what: "an echo" });
  proxy.block();
  await once(first.socket, "close");
  const second = dial();
  await once(second.socket, "close");
  expect(proxy.traffic.up).toBe(1);
  proxy.unblock();
  const third = dial();
  third.socket.write("y");
  await waitFor(() => third.received() === "y", { what: "an echo after the block" });
});

test("freezes without closing", async () => {
  const { socket, received } = dial();
  socket.write("x");
  await waitFor(() => received() === "x", { what: "an echo" });
  proxy.freeze();
  socket.write("y");
  const other = dial();
  other.socket.write("z");
  await waitFor(() => proxy.connections === 2, { what: "a second wire" });
  expect([received(), other.received(), socket.destroyed]).toEqual(["x", "", false]);
  proxy.thaw();
  await waitFor(() => received() === "xy" && other.received() === "z", { what: "what was held back" });
});

test("freezes one direction alone", async () => {
  const { socket, received } = dial();
  socket.write("x");
  await waitFor(() => received() === "x", { what: "an echo" });
  proxy.freeze(["down"]);
  socket.write("y");
  await waitFor(() => proxy.traffic.up === 2, { what: "the way there" });
  expect([received(), proxy.traffic.down]).toEqual(["x", 1]);
  proxy.thaw();
  await waitFor(() => received() === "xy", { what: "the way back" });
});

test("takes nothing from who sends to a stalled reader, and everything later", async () => {
  const { socket, bytes } = dial();
  proxy.stall(["up"]);
  const sent = Buffer.alloc(16_000_000, "abcdefg");
  socket.end(sent);
  await waitFor(() => proxy.connections === 1 && socket.bytesWritten > 0, { what: "a wire" });
  expect([proxy.traffic.up, socket.writableLength > 0]).toEqual([0, true]);
  proxy.unstall();
  await once(socket, "close");
  expect(bytes().equals(sent)).toBe(true);
});

test("a lost piece comes later, before those behind it", async () => {
  let pieces = 0;
  proxy.loss = { share: 0.5, resentAfterMs: 60, random: () => (pieces++ === 0 ? 0 : 0.9) };
  const { socket, received } = dial();
  const started = performance.now();
  for (const piece of ["a", "b", "c"]) {
    socket.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await waitFor(() => received() === "abc", { what: "all pieces", intervalMs: 1 });
  expect(performance.now() - started).toBeGreaterThanOrEqual(59);
});

test("delays each piece and keeps their order", async () => {
  proxy.delayMs = 40;
  const { socket, received } = dial();
  const started = performance.now();
  for (const piece of ["a", "b", "c"]) {
    socket.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await waitFor(() => received() === "abc", { what: "all pieces", intervalMs: 1 });
  expect(performance.now() - started).toBeGreaterThanOrEqual(79);
});

test("without a target it closes what dials", async () => {
  proxy.target = undefined;
  await once(dial().socket, "close");
});
