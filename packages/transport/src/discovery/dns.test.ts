import { createSocket } from "node:dgram";
import { once } from "node:events";
import dnsPacket from "dns-packet";
import { expect, test } from "vitest";
import { ManualTimers } from "../testing/timers.ts";
import { until } from "../testing/until.ts";
import { DnsDiscovery } from "./dns.ts";
import { type Resolver, systemResolver } from "./resolver.ts";

/** What the hints say at present. */
class Known {
  readonly all = new Set<string>();
  found(address: string): void {
    this.all.add(address);
  }
  lost(address: string): void {
    this.all.delete(address);
  }
}

/** A name system that the test changes; what it does not know is an error. */
class Zone implements Resolver {
  readonly hosts = new Map<string, readonly string[]>();
  readonly services = new Map<string, readonly { host: string; port: number }[]>();
  asked = 0;

  async addresses(host: string) {
    this.asked++;
    return this.hosts.get(host) ?? fail(host);
  }
  async srv(name: string) {
    this.asked++;
    return this.services.get(name) ?? fail(name);
  }
}

function fail(name: string): never {
  throw Object.assign(new Error(`no ${name}`), { code: "ENOTFOUND" });
}

const service = "_crdtsync._tcp.example.org";

function follow(zone: Resolver, names: readonly string[]) {
  const [timers, hints, problems] = [new ManualTimers(), new Known(), [] as string[]];
  const discovery = new DnsDiscovery({
    names,
    hints,
    resolver: zone,
    intervalMs: 60_000,
    random: () => 0,
    timers,
    onProblem: (code, name) => problems.push(`${code} ${name}`),
  });
  return { timers, hints, problems, discovery };
}

test("services and hosts are looked up, and followed when they change", async () => {
  const zone = new Zone();
  zone.services.set(service, [
    { host: "a.example.org", port: 8888 },
    { host: "b.example.org", port: 9999 },
  ]);
  zone.hosts.set("a.example.org", ["192.0.2.1", "2001:db8::1"]);
  zone.hosts.set("b.example.org", ["192.0.2.2"]);
  const { timers, hints, discovery } = follow(zone, [service, "a.example.org:7777"]);
  await until(() => hints.all.size === 5);
  expect([...hints.all].toSorted()).toEqual([
    "192.0.2.1:7777",
    "192.0.2.1:8888",
    "192.0.2.2:9999",
    "[2001:db8::1]:7777",
    "[2001:db8::1]:8888",
  ]);

  zone.hosts.set("b.example.org", ["192.0.2.3"]);
  const before = zone.asked;
  timers.advance(59_999);
  expect(zone.asked).toBe(before);
  timers.advance(1);
  await until(() => hints.all.has("192.0.2.3:9999"));
  expect(hints.all.has("192.0.2.2:9999")).toBe(false);
  discovery.close();
  expect(timers.pending).toEqual([]);
});

test("while a name cannot be looked up, what it meant stays, and it is told once", async () => {
  const zone = new Zone();
  zone.hosts.set("a", ["192.0.2.1"]);
  const { timers, hints, problems, discovery } = follow(zone, ["a:1", "b:1"]);
  await until(() => hints.all.size === 1 && problems.length === 1 && timers.pending.length === 2);
  zone.hosts.delete("a");
  for (let round = 0; round < 3; round++) {
    const { asked } = zone;
    timers.advance(60_000);
    await until(() => zone.asked === asked + 2 && timers.pending.length === 2);
  }
  expect([...hints.all]).toEqual(["192.0.2.1:1"]);
  expect(problems).toEqual(["ENOTFOUND b:1", "ENOTFOUND a:1"]);
  discovery.close();
});

test("answers are bounded, and what is no address or no service is passed over", async () => {
  const zone = new Zone();
  zone.hosts.set("many", [
    "not an address",
    "fe80::1%eth0\n",
    ...Array.from({ length: 5000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`),
  ]);
  zone.services.set(service, [
    { host: ".", port: 1 },
    { host: "many", port: 0 },
    ...Array.from({ length: 1000 }, (_, i) => ({ host: `h${i}`, port: 1 })),
  ]);
  const { timers, hints, problems, discovery } = follow(zone, ["many:1", service]);
  await until(() => timers.pending.length === 2);
  expect(hints.all.size).toBe(256);
  expect(zone.asked).toBe(2 + 64);
  expect(problems).toEqual([`ENOTFOUND ${service}`]);
  discovery.close();
});

test("the resolver asks the given servers, for SRV, A and AAAA", async () => {
  const server = createSocket("udp4");
  server.on("message", (query, { port, address }) => {
    const { id, questions = [] } = dnsPacket.decode(query);
    const [question] = questions;
    const name = question!.name;
    const answers: dnsPacket.Answer[] =
      question!.type === "SRV"
        ? [{ type: "SRV", name, data: { port: 8888, target: "node.example.org" } }]
        : question!.type === "A"
          ? [{ type: "A", name, data: "192.0.2.7" }]
          : [];
    server.send(dnsPacket.encode({ type: "response", id: id!, questions, answers }), port, address);
  });
  server.bind(0, "127.0.0.1");
  await once(server, "listening");
  const resolver = systemResolver([`127.0.0.1:${server.address().port}`]);
  expect(await resolver.srv(service)).toEqual([{ host: "node.example.org", port: 8888 }]);
  expect(await resolver.addresses("node.example.org")).toEqual(["192.0.2.7"]);
  server.close();
});

test("the system's resolver knows the hosts file", async () => {
  expect(await systemResolver().addresses("localhost")).toContain("127.0.0.1");
});
