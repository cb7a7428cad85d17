import { chmodSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import { Random } from "@jarvis-crdt/fixtures";
import { type Cluster, type ClusterNode, ServiceError, waitFor } from "@jarvis-crdt/harness";
import { createHandshakes, type Identity, loadIdentity, loadTrust } from "@jarvis-crdt/security";
import { decodeMessage, encodeMessage, type Message, protocolVersion } from "@jarvis-crdt/sync";
import { type Connection, dial, type Listener, listen } from "@jarvis-crdt/transport";
import Database from "better-sqlite3";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { arrives } from "./kit/arrives.ts";
import { settled } from "./kit/contents.ts";
import { knobs } from "./kit/knobs.ts";
import { layOut, makeAuthority, makeIdentity } from "./kit/lay-out.ts";
import { errorsOf, logged, readLog } from "./kit/logs.ts";
import { residentBytes } from "./kit/processes.ts";
import { framed, hungUp, rawDial } from "./kit/raw.ts";
import { scratch } from "./kit/scratch.ts";

const year = 365 * 86_400_000;
const folder = scratch("attackers");
const contents = new Random(knobs.seed);
const at = (name: string) => join(folder.path, name);

let cluster: Cluster;
/** Accepts what strangers dial, and is what `dialler` looks for. */
let victim: ClusterNode;
let dialler: ClusterNode;
let residentBefore: number;
/** Connections that say nothing, from an address of their own. */
const silent: Socket[] = [];

beforeAll(async () => {
  cluster = await layOut({ dir: folder.path, nodes: 2, wires: "proxied", foundedMsAgo: 3 * year });
  await cluster.start();
  victim = cluster.node(1);
  dialler = cluster.node(2);
  // What one large row takes is no attack's doing.
  for (let n = 0; n < 3; n++) {
    await arrives(victim, dialler, { content: incompressible() });
    await arrives(dialler, victim, { content: incompressible() });
  }
  residentBefore = residentBytes(victim.ready.pid);
});
afterAll(async () => {
  for (const socket of silent) socket.destroy();
  await cluster?.stop();
  folder.remove();
});

/** Both nodes serve and hear of each other's writes; nothing grew. */
afterEach(async () => {
  await dialler.client.connect(victim.ready.node);
  await arrives(dialler, victim);
  await arrives(victim, dialler);
  expect((await fetch(`${victim.ready.http}/healthz`)).status).toBe(200);
  expect((await victim.client.status()).counts).toMatchObject({ quarantined: 0, conflicts: 0 });
  expect(residentBytes(victim.ready.pid) - residentBefore).toBeLessThan(64 * 1024 * 1024);
});

/** Text of about 130 kB, which packs to some 50. */
function incompressible(): string {
  return Array.from({ length: 12_000 }, () => contents.next().toString(36)).join("");
}

const lines = (node: ClusterNode) => readLog(node).length;

test("connections that never say anything take no place from others", async () => {
  const before = lines(victim);
  for (let i = 0; i < 20; i++) silent.push(await rawDial(victim.ready.peer!, "127.0.0.9"));
  await logged(victim, "half-open-limit", before);
  cluster.link(2, 1).cut();
});

describe("a stranger dials", () => {
  const strangers: readonly [who: string, code: string, make: () => Promise<Identity>][] = [
    [
      "with a certificate of another authority of the same name",
      "cert-untrusted",
      async () => loadIdentity(await makeIdentity(await makeAuthority(at("impostor")), at("impostor/node"))),
    ],
    [
      "with a certificate that has expired",
      "cert-expired",
      async () => loadIdentity(await makeIdentity(at("ca"), at("expired"), { now: Date.now() - 1.5 * year })),
    ],
    [
      "with a node's certificate and not its key",
      "identity-mismatch",
      async () => {
        const own = loadIdentity(await makeIdentity(at("ca"), at("thief")));
        return { ...own, certificate: loadIdentity(dialler.certificates).certificate };
      },
    ],
    [
      "with a certificate that goes on after its end",
      "cert-profile",
      async () => {
        const own = loadIdentity(await makeIdentity(at("ca"), at("longer")));
        const der = Uint8Array.from([...own.certificate.der, 0]);
        return { ...own, certificate: { ...own.certificate, der } };
      },
    ],
    [
      "with the certificate of the node itself",
      "self-connect",
      async () => {
        // Its own program would not go on with itself; an attacker's would.
        const own = loadIdentity(victim.certificates);
        return { ...own, certificate: { ...own.certificate, node: crypto.randomUUID() } };
      },
    ],
  ];

  test.each(strangers)("%s: %s", async (_, code, make) => {
    const before = lines(victim);
    await expect(dialAs(await make())).rejects.toThrow();
    expect(await logged(victim, code, before)).toMatchObject({ level: 40 });
  });

  test("who speaks of another cluster", async () => {
    const identity = loadIdentity(
      await makeIdentity(await makeAuthority(at("other"), "other"), at("other/node")),
    );
    await expect(dialAs(identity, "own trust")).rejects.toMatchObject({ code: "cluster-mismatch" });
  });

  test("who repeats what a member said before", async () => {
    const link = cluster.link(2, 1);
    const said: Uint8Array[] = [];
    link.tap = (direction, piece) => {
      if (direction === "up") said.push(Uint8Array.from(piece));
    };
    link.cut();
    await dialler.client.connect(victim.ready.node);
    await arrives(dialler, victim);
    link.tap = undefined;
    const before = lines(victim);
    const socket = await rawDial(victim.ready.peer!);
    socket.write(Buffer.concat(said));
    await hungUp(socket);
    await logged(victim, "decrypt-failed", before);
  });
});

describe("a stranger is dialled", () => {
  const strangers: readonly [
    who: string,
    code: string,
    make: () => Promise<Identity>,
    trust?: "own trust",
  ][] = [
    [
      "with a certificate of another authority of the same name",
      "cert-untrusted",
      async () => loadIdentity(at("impostor/node")),
    ],
    ["with a certificate that has expired", "cert-expired", async () => loadIdentity(at("expired"))],
    ["of another cluster", "cluster-mismatch", async () => loadIdentity(at("other/node")), "own trust"],
  ];

  test.each(strangers)("%s: %s", async (_, code, make, trust) => {
    const identity = await make();
    const listener: Listener = await listen({
      host: "127.0.0.1",
      port: 0,
      handshakes: handshakesOf(identity, trust),
      onConnection: (connection) => connection.destroy(),
    });
    const link = cluster.link(2, 1);
    const before = lines(dialler);
    link.target = `127.0.0.1:${listener.address.port}`;
    link.cut();
    await dialler.client.connect(victim.ready.node);
    await logged(dialler, code, before);
    link.target = victim.ready.peer!;
    await listener.close();
  });
});

describe("garbage", () => {
  const first = (record: Uint8Array) => framed(record);
  const random = new Random(knobs.seed);
  const noise = (length: number) => Uint8Array.from({ length }, () => random.below(256));
  const garbage: readonly [what: string, code: string, bytes: () => Uint8Array][] = [
    ["ten megabytes as the first message", "frame-too-large", () => Buffer.alloc(10_000_000, 0xff)],
    ["HTTP", "frame-too-large", () => Buffer.from("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")],
    ["an empty record", "frame-too-small", () => new Uint8Array(1000)],
    ["a first message that is too long", "frame-too-large", () => first(noise(33))],
    ["a first message that is too short", "decrypt-failed", () => first(noise(31))],
    ["a key of low order", "decrypt-failed", () => first(new Uint8Array(32))],
    [
      "noise after a good first message",
      "decrypt-failed",
      () => Buffer.concat([first(noise(32)), first(noise(200))]),
    ],
  ];

  test.each(garbage)("%s: %s", async (_, code, bytes) => {
    const before = lines(victim);
    const socket = await rawDial(victim.ready.peer!);
    socket.write(bytes());
    await hungUp(socket);
    await logged(victim, code, before);
  });

  test("noise of any kind, a hundred times", async () => {
    const before = lines(victim);
    for (let i = 0; i < 100; i++) {
      const socket = await rawDial(victim.ready.peer!);
      socket.end(noise(random.between(1, 5000)));
      await hungUp(socket);
    }
    // Of a code no more than so many lines a minute are logged.
    const refused = await waitFor(
      () => {
        const codes = readLog(victim)
          .slice(before)
          .flatMap(({ code }) => code ?? []);
        return codes.length >= 2 && new Set(codes);
      },
      { what: "refusals" },
    );
    expect((await victim.client.status()).peers).toMatchObject([{ name: "node2", state: "connected" }]);
    const known = ["decrypt-failed", "frame-too-large", "frame-too-small", "interrupted", "duplicate"];
    expect(known).toEqual(expect.arrayContaining([...refused]));
  });

  test("from a member, within a session", async () => {
    const identity = loadIdentity(await makeIdentity(at("ca"), at("member"), { name: "member" }));
    const before = lines(victim);
    for (let i = 0; i < 20; i++) {
      const connection = await dialAs(identity);
      connection.open({ message: () => undefined });
      connection.send(noise(random.between(1, 100_000)));
      await connection.closed;
    }
    const refused = readLog(victim)
      .slice(before)
      .filter((line) => line.peer === identity.certificate.node && line.level === 40);
    expect(refused.length).toBeGreaterThanOrEqual(20);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(["malformed"]));
  });
});

test("another version of the protocol is refused with a sentence at both ends", async () => {
  const identity = loadIdentity(await makeIdentity(at("ca"), at("newer"), { name: "newer" }));
  const { clusterId: cluster } = loadTrust(join(victim.certificates, "ca.pem"));
  const [{ node }, version] = [identity.certificate, protocolVersion + 1];
  const warned = (msg: string) =>
    waitFor(
      () => readLog(victim).some((line) => line.level === 40 && line.peer === node && line.msg === msg),
      {
        what: `a warning in ${victim.log}: ${msg}`,
      },
    );
  const ours = await dialAs(identity);
  const heard: Message[] = [];
  ours.open({ message: (bytes) => void heard.push(decodeMessage(bytes)) });
  ours.send(encodeMessage({ type: "hello", version, cluster, node, features: [], clock: 0 }));
  await ours.closed;
  const text = `this node speaks version ${protocolVersion} of the session protocol, not ${version}; update the older node`;
  expect(heard.at(-1)).toEqual({ type: "bye", code: "version", text });
  await warned(text);

  const theirs = await dialAs(identity);
  theirs.open({ message: () => undefined });
  theirs.send(encodeMessage({ type: "bye", code: "version", text: "I speak another one" }));
  await theirs.closed;
  await warned("the peer says: I speak another one");
});

describe("one bit is flipped", () => {
  /** Lengths stand in clear before each record, so offsets are those of sealed bytes. */
  const inHandshake: readonly [where: string, direction: "up" | "down", offset: number, code: string][] = [
    ["in the first message", "up", 10, "cluster-mismatch"],
    ["in the answer's ephemeral key", "down", 10, "cluster-mismatch"],
    ["in the answer's static key", "down", 40, "cluster-mismatch"],
    ["in the responder's proof", "down", 150, "decrypt-failed"],
    ["in the initiator's static key", "up", 34 + 10, "decrypt-failed"],
    ["in the initiator's proof", "up", 34 + 150, "decrypt-failed"],
  ];

  test.each(inHandshake)("%s (%s %i): %s", async (_, direction, offset, code) => {
    const link = cluster.link(2, 1);
    // The initiator reads the answer; what the responder gets wrong only it can see.
    const judge = direction === "down" || offset < 34 ? dialler : victim;
    const before = lines(judge);
    link.block();
    await waitFor(() => link.connections === 0, { what: "the wire is quiet" });
    link.flipBit(direction, offset);
    link.unblock();
    await dialler.client.connect(victim.ready.node);
    await logged(judge, code, before);
  });

  test.each([2, 20, 300])("in what a session says, %i bytes on", async (offset) => {
    for (const [direction, writer, reader] of [
      ["up", dialler, victim],
      ["down", victim, dialler],
    ] as const) {
      await dialler.client.connect(victim.ready.node);
      await arrives(writer, reader);
      const before = lines(reader);
      cluster.link(2, 1).flipBit(direction, offset);
      const arrived = arrives(writer, reader, { content: "x".repeat(2000), metadata: "{}" });
      expect(await logged(reader, "decrypt-failed", before)).toMatchObject({ msg: "disconnected" });
      await dialler.client.connect(victim.ready.node);
      await arrived;
    }
  });
});

test("the end of a connection in the middle of a batch is an interruption, and the batch comes again", async () => {
  for (const bytes of [3, 1000, 20_000, 40_000]) {
    await dialler.client.connect(victim.ready.node);
    await arrives(victim, dialler);
    const before = lines(dialler);
    cluster.link(2, 1).cutAfter("down", bytes);
    const arrived = arrives(victim, dialler, { content: incompressible() });
    await logged(dialler, "interrupted", before);
    await dialler.client.connect(victim.ready.node);
    await arrived;
  }
});

test("what passes between nodes shows nothing of rows, names and certificates", async () => {
  const link = cluster.link(2, 1);
  const wire: Uint8Array[] = [];
  link.tap = (_, piece) => wire.push(Uint8Array.from(piece));
  link.cut();
  await dialler.client.connect(victim.ready.node);
  // Bodies are packed: what cannot be packed stands in them as it is, and so would on an open wire.
  const random = new Random(knobs.seed);
  const marker = Buffer.from(Uint8Array.from({ length: 4096 }, () => random.below(256)));
  const uid = await arrives(victim, dialler, { content: { $bytes: marker.toString("base64"), text: false } });
  link.tap = undefined;
  expect(storedBodies(dialler, marker), "the batch as it is stored holds the marker").toBe(true);
  const seen = Buffer.concat(wire);
  expect(seen.length).toBeGreaterThan(marker.length);
  for (let offset = 0; offset < marker.length; offset += 16)
    expect(seen.includes(marker.subarray(offset, offset + 16)), `bytes from ${offset}`).toBe(false);
  for (const plain of [
    Buffer.from(uid, "hex"),
    uid,
    "node1",
    "crdt://",
    victim.ready.node,
    "archive_entries",
  ])
    expect(seen.includes(plain), String(plain)).toBe(false);
});

test("a key that others can read is refused with what to do", async () => {
  const key = join(dialler.certificates, "node.key");
  await dialler.stop();
  chmodSync(key, 0o644);
  const error = (await dialler.start().catch((error: unknown) => error)) as ServiceError;
  expect(error).toBeInstanceOf(ServiceError);
  expect(error.exit).toEqual({ code: 1, signal: null });
  expect(readLog(dialler).at(-1)).toMatchObject({ code: "key-permissions", level: 60 });
  expect(readLog(dialler).at(-1)?.msg).toContain(`chmod 600 ${key}`);
  chmodSync(key, 0o600);
  await dialler.start();
});

test("connections that never say anything are ended", async () => {
  await Promise.all(silent.map(hungUp));
  const timedOut = () =>
    readLog(victim).filter(
      ({ code, address }) => code === "timeout" && String(address).startsWith("127.0.0.9:"),
    );
  await waitFor(() => timedOut().length === 8, { what: "as many as one address may have are timed out" });
});

test("after all that the honest nodes hold the same", async () => {
  await settled(cluster, 20_000);
  expect(errorsOf(victim)).toEqual([]);
  expect(errorsOf(dialler).filter(({ code }) => code !== "key-permissions")).toEqual([]);
});

function handshakesOf(identity: Identity, trust?: "own trust") {
  const members = loadTrust(join(victim.certificates, "ca.pem"));
  return createHandshakes({
    identity,
    trust: trust === undefined ? members : identity.trust,
    purpose: "peer",
    now: Date.now,
  });
}

async function dialAs(identity: Identity, trust?: "own trust"): Promise<Connection> {
  const [host, port] = victim.ready.peer!.split(":") as [string, string];
  return await dial({ host, port: Number(port), handshakes: handshakesOf(identity, trust) });
}

/** Whether bytes stand in the bodies of a node's batches. */
function storedBodies(node: ClusterNode, bytes: Buffer): boolean {
  const db = new Database(node.state, { readonly: true });
  try {
    return db.prepare("SELECT 1 FROM crdt_batches WHERE instr(body, ?) > 0").get(bytes) !== undefined;
  } finally {
    db.close();
  }
}
