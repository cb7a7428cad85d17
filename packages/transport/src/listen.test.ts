import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import type { Connection } from "./connection.ts";
import { dial } from "./dial.ts";
import type { TransportLimits } from "./limits.ts";
import { type Listener, listen } from "./listen.ts";
import { controlPlaintext, splitMessage } from "./message.ts";
import { frame } from "./record.ts";
import { testHandshakes } from "./testing/channel.ts";
import { Inbox } from "./testing/pair.ts";
import { ManualTimers } from "./testing/timers.ts";
import { until } from "./testing/until.ts";

class Door {
  readonly listener: Listener;
  readonly refused: string[];
  readonly connections: Connection[];
  readonly inbox = new Inbox();
  readonly sockets: Socket[] = [];

  constructor(listener: Listener, refused: string[], connections: Connection[]) {
    this.listener = listener;
    this.refused = refused;
    this.connections = connections;
  }

  static async open(
    options: {
      limits?: Partial<TransportLimits>;
      timers?: ManualTimers;
      admit?: () => string | undefined;
    } = {},
  ): Promise<Door> {
    const refused: string[] = [];
    const connections: Connection[] = [];
    const listener = await listen({
      host: "127.0.0.1",
      port: 0,
      handshakes: testHandshakes("b", { untrusted: "mallory" }),
      onRefused: (code) => refused.push(code),
      onConnection: (connection) => {
        connections.push(connection);
        connection.open(door.inbox);
      },
      ...options,
    });
    const door = new Door(listener, refused, connections);
    return door;
  }

  async knock(): Promise<Socket> {
    const socket = connect(this.listener.address.port, "127.0.0.1").on("error", () => {});
    this.sockets.push(socket);
    await new Promise((resolve) => socket.once("connect", resolve));
    return socket;
  }

  /** A socket that has shaken hands as `a`, and the channel to go on with. */
  async enter(): Promise<{ socket: Socket; seal: (plaintext: Uint8Array) => Uint8Array }> {
    const socket = await this.knock();
    const before = this.connections.length;
    const handshake = testHandshakes("a").initiator();
    socket.write(frame(handshake.start()!));
    const reply = await new Promise<Buffer>((resolve) => socket.once("data", resolve));
    const { reply: third, channel } = handshake.receive(new Uint8Array(reply.subarray(2)));
    socket.write(frame(third!));
    socket.resume();
    await until(() => this.connections.length > before);
    return { socket, seal: (plaintext) => frame(channel!.seal(plaintext)) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await this.listener.close();
  }
}

const gone = (socket: Socket) =>
  new Promise<void>((resolve) =>
    socket.destroyed ? resolve() : socket.resume().once("close", () => resolve()),
  );

test("an oversized first record is refused before it arrives", async () => {
  await using door = await Door.open();
  const socket = await door.knock();
  socket.write(Uint8Array.of(0x0a, 0x01));
  await gone(socket);
  expect(door.refused).toEqual(["frame-too-large"]);
});

test("nonsense is refused with the security layer's code and without a word", async () => {
  await using door = await Door.open();
  const socket = await door.knock();
  let heard = 0;
  socket.on("data", () => heard++);
  socket.write(frame(Uint8Array.of(1, 2, 3)));
  await gone(socket);
  expect(door.refused).toEqual(["decrypt-failed"]);
  expect(heard).toBe(0);
});

test("a slow handshake is cut at its deadline, however it drips", async () => {
  const timers = new ManualTimers();
  await using door = await Door.open({ timers });
  const socket = await door.knock();
  socket.write(Uint8Array.of(0));
  await until(() => timers.pending.length === 1);
  timers.advance(4999);
  socket.write(Uint8Array.of(32, 1, 2, 3));
  expect(door.refused).toEqual([]);
  timers.advance(1);
  await gone(socket);
  expect(door.refused).toEqual(["timeout"]);
  expect(timers.pending).toEqual([]);
});

test("half-open connections are bounded for one address", async () => {
  await using door = await Door.open();
  for (let i = 0; i < 8; i++) await door.knock();
  await gone(await door.knock());
  expect(door.refused).toEqual(["half-open-limit"]);
  door.sockets[0]!.destroy();
  await until(() => door.refused.length === 2);
  expect(door.refused[1]).toBe("interrupted");
  await door.enter();
});

test("half-open connections are bounded in all", async () => {
  await using door = await Door.open({ limits: { halfOpen: 2 } });
  await door.knock();
  await door.knock();
  await gone(await door.knock());
  expect(door.refused).toEqual(["half-open-limit"]);
});

test("sessions are bounded", async () => {
  await using door = await Door.open({ limits: { sessions: 1 } });
  const { socket } = await door.enter();
  await gone(await door.knock());
  expect(door.refused).toEqual(["session-limit"]);
  socket.destroy();
  await door.connections[0]!.closed;
  await door.enter();
  expect(door.connections).toHaveLength(2);
});

test("bytes that drip in one by one make the same messages", async () => {
  await using door = await Door.open();
  const { socket, seal } = await door.enter();
  socket.setNoDelay(true);
  for (const byte of seal([...splitMessage(new Uint8Array(200).fill(5))][0]!)) {
    socket.write(Uint8Array.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await until(() => door.inbox.messages.length === 1);
  expect(Buffer.compare(door.inbox.messages[0]!, new Uint8Array(200).fill(5))).toBe(0);
});

test.each<[string, string, (seal: (plaintext: Uint8Array) => Uint8Array) => Uint8Array[]]>([
  ["a flipped bit", "decrypt-failed", (seal) => [flip(seal(controlPlaintext({ kind: "alive" })))]],
  [
    "swapped records",
    "decrypt-failed",
    (seal) => {
      const records = [seal(controlPlaintext({ kind: "alive" })), seal(controlPlaintext({ kind: "alive" }))];
      return records.reverse();
    },
  ],
  ["a record shorter than its tag", "frame-too-small", () => [frame(new Uint8Array(15))]],
  ["a message over the limit", "message-too-large", (seal) => [seal(Uint8Array.of(0, 0, 0x60, 0, 0, 1))]],
  ["accepting what we accepted", "malformed", (seal) => [seal(controlPlaintext({ kind: "ready" }))]],
  ["an unknown flag", "malformed", (seal) => [seal(Uint8Array.of(8))]],
])("%s ends the session with %s", async (_, code, hostile) => {
  await using door = await Door.open();
  const { socket, seal } = await door.enter();
  for (const record of hostile(seal)) socket.write(record);
  expect(await door.connections[0]!.closed).toMatchObject({ by: "failure", code });
  await gone(socket);
  expect(door.inbox.messages).toEqual([]);
});

function flip(record: Uint8Array): Uint8Array {
  record[5]! ^= 1;
  return record;
}

test("an end in the middle of a message is an interruption, and the part is dropped", async () => {
  await using door = await Door.open();
  const { socket, seal } = await door.enter();
  const [first] = [...splitMessage(new Uint8Array(100_000))];
  socket.end(seal(first!));
  expect(await door.connections[0]!.closed).toEqual({ by: "failure", code: "interrupted" });
  expect(door.inbox.messages).toEqual([]);
});

test("a peer that is authenticated and not welcome is told why", async () => {
  await using door = await Door.open({ admit: () => "disabled" });
  const dialling = dial({ ...door.listener.address, handshakes: testHandshakes("a") });
  await expect(dialling).rejects.toMatchObject({ code: "refused", reason: "disabled" });
  await until(() => door.refused.length === 1);
  expect(door.refused).toEqual(["disabled"]);
  expect(door.connections).toEqual([]);
});

test("a peer that is not trusted is told nothing", async () => {
  await using door = await Door.open();
  const dialling = dial({ ...door.listener.address, handshakes: testHandshakes("mallory") });
  await expect(dialling).rejects.toMatchObject({ code: "interrupted" });
  expect(door.refused).toEqual(["cert-untrusted"]);
});

test("a dialler shows its identity to nobody it does not want", async () => {
  await using door = await Door.open();
  const admit = () => "duplicate";
  const dialling = dial({ ...door.listener.address, handshakes: testHandshakes("a"), admit });
  await expect(dialling).rejects.toMatchObject({ code: "duplicate", peer: { node: "b" } });
  await until(() => door.refused.length === 1);
  expect(door.refused).toEqual(["interrupted"]);
});

test("dialling can be called off, and fails with a code", async () => {
  await using door = await Door.open();
  const { port } = door.listener.address;
  const handshakes = testHandshakes("a");
  const abort = new AbortController();
  abort.abort();
  await expect(dial({ host: "127.0.0.1", port, handshakes, signal: abort.signal })).rejects.toMatchObject({
    code: "aborted",
  });
  await door.listener.close();
  await expect(dial({ host: "127.0.0.1", port, handshakes })).rejects.toMatchObject({ code: "unreachable" });
});

test("closing says goodbye to every session and cuts handshakes", async () => {
  await using door = await Door.open();
  const halfOpen = await door.knock();
  const connection = await dial({ ...door.listener.address, handshakes: testHandshakes("a") });
  connection.open(new Inbox());
  await door.listener.close();
  expect(await connection.closed).toEqual({ by: "peer", code: "shutdown" });
  await gone(halfOpen);
  expect(door.refused).toEqual(["aborted"]);
});

test("a port that is taken is an error of the system", async () => {
  await using door = await Door.open();
  const { port } = door.listener.address;
  const again = listen({ host: "127.0.0.1", port, handshakes: testHandshakes("c"), onConnection: () => {} });
  await expect(again).rejects.toMatchObject({ code: "EADDRINUSE" });
});
