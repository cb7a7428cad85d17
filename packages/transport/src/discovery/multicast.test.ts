import { createSocket } from "node:dgram";
import { once } from "node:events";
import dnsPacket from "dns-packet";
import { afterEach, beforeAll, expect, test } from "vitest";
import { seeded } from "../testing/seeded.ts";
import { until } from "../testing/until.ts";
import { announce } from "./dns-sd.ts";
import { MulticastDiscovery, type MulticastOptions } from "./multicast.ts";

// Multicast on the loopback interface, at a port that nobody else listens on.
let mdnsPort: number;
beforeAll(async () => {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  mdnsPort = socket.address().port;
  socket.close();
});

const open: MulticastDiscovery[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((discovery) => discovery.close()));
});

function discover(instance: string, port: number, options: Partial<MulticastOptions> = {}) {
  const known = new Set<string>();
  const problems: string[] = [];
  const discovery = new MulticastDiscovery({
    hints: { found: (address) => known.add(address), lost: (address) => known.delete(address) },
    host: "127.0.0.1",
    port,
    announce: true,
    cluster: "01020304",
    instance,
    random: seeded(port),
    mdnsPort,
    onProblem: (code) => problems.push(code),
    ...options,
  });
  open.push(discovery);
  return { discovery, known, problems };
}

test("nodes of one cluster find each other, not themselves, and hear when one leaves", async () => {
  const [a, b] = [discover("a", 1001), discover("b", 1002)];
  const other = discover("c", 1003, { cluster: "0a0b0c0d" });
  const silent = discover("d", 1004, { announce: false });
  await until(() => a.known.size === 1 && b.known.size === 1 && silent.known.size === 2);
  expect([[...a.known], [...b.known]]).toEqual([["127.0.0.1:1002"], ["127.0.0.1:1001"]]);
  expect(other.known.size).toBe(0);
  await b.discovery.close();
  await until(() => a.known.size === 0 && silent.known.size === 1);
  expect([a.problems, other.problems]).toEqual([[], []]);
});

test("a hostile neighbour is bounded, and the true node is found behind its noise", async () => {
  const a = discover("a", 1001);
  const evil = createSocket({ type: "udp4", reuseAddr: true }).bind(mdnsPort, "0.0.0.0");
  await once(evil, "listening");
  evil.setMulticastInterface("127.0.0.1");
  const send = (bytes: Uint8Array) => evil.send(bytes, mdnsPort, "224.0.0.251");
  for (let i = 0; i < 300; i++) {
    send(Buffer.from(`garbage ${i}`));
    const answers = announce(
      { instance: `e${i}`, port: 2000 + i, cluster: "01020304", ttl: 4e9 },
      "192.0.2.1",
    );
    send(dnsPacket.encode({ type: "response", answers }));
    send(dnsPacket.encode({ type: "query", questions: [{ name: "_crdtsync._tcp.local", type: "PTR" }] }));
  }
  await until(() => a.known.size > 0 && a.problems.length > 0);
  const b = discover("b", 1002);
  await until(() => b.known.has("127.0.0.1:1001"));
  // Whatever a packet says, it leads nowhere but to where it came from.
  for (const address of a.known) expect(address).toMatch(/^127\.0\.0\.1:/);
  expect(a.known.size).toBeLessThanOrEqual(8);
  expect(a.problems.length).toBeLessThanOrEqual(1);
  evil.close();
});
