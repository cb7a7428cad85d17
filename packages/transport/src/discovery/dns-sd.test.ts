import dnsPacket, { type Answer } from "dns-packet";
import fc from "fast-check";
import { expect, test } from "vitest";
import { announce, announcements, asksForNodes, clusterHint, serviceType } from "./dns-sd.ts";

const own = { instance: "0a1b", port: 8888, cluster: "01020304", ttl: 120 };

const overTheWire = (answers: Answer[]) => dnsPacket.decode(dnsPacket.encode({ type: "response", answers }));

test("an announcement is read as it was made, and names nobody", () => {
  const records = announce(own, "192.0.2.1");
  expect(announcements(overTheWire(records))).toEqual([own]);
  expect(records.map(({ type }) => type)).toEqual(["PTR", "SRV", "TXT", "A"]);
});

test("a question for nodes is recognised, another is not", () => {
  const ask = (name: string, type: "PTR" | "A") =>
    asksForNodes(dnsPacket.decode(dnsPacket.encode({ type: "query", questions: [{ name, type }] })));
  expect([
    ask(serviceType, "PTR"),
    ask("_CRDTSYNC._tcp.local", "PTR"),
    ask(serviceType, "A"),
    ask("_http._tcp.local", "PTR"),
  ]).toEqual([true, true, false, false]);
});

const srv = (name: string, port: number): Answer => ({
  type: "SRV",
  name,
  ttl: 1,
  data: { port, target: "x" },
});
const txt = (name: string, data: string): Answer => ({ type: "TXT", name, ttl: 1, data });
const named = (instance: string) => `${instance}.${serviceType}`;

test.each<[string, Answer[]]>([
  ["no cluster", [srv(named("a"), 1)]],
  ["an odd cluster", [srv(named("a"), 1), txt(named("a"), "cluster=0102030")]],
  ["the cluster of another instance", [srv(named("a"), 1), txt(named("b"), "cluster=01020304")]],
  ["port 0", [srv(named("a"), 0), txt(named("a"), "cluster=01020304")]],
  ["another service", [srv("a._http._tcp.local", 1), txt("a._http._tcp.local", "cluster=01020304")]],
  ["no instance", [srv(serviceType, 1), txt(serviceType, "cluster=01020304")]],
  ["an odd name", [srv(named("a\u001b[2J"), 1), txt(named("a\u001b[2J"), "cluster=01020304")]],
  ["an instance of two labels", [srv(named("a.b"), 1), txt(named("a.b"), "cluster=01020304")]],
])("%s is passed over", (_, answers) => {
  expect(announcements(overTheWire(answers))).toEqual([]);
});

test("of a packet full of announcements a bounded number is read", () => {
  const answers = Array.from({ length: 1000 }, (_, i) =>
    announce({ ...own, instance: `i${i}` }, "192.0.2.1"),
  );
  expect(announcements(overTheWire(answers.flat())).length).toBeLessThanOrEqual(16);
});

test("whatever a packet is, reading it gives announcements within bounds or an error of the decoder", () => {
  const valid = dnsPacket.encode({ type: "response", answers: announce(own, "192.0.2.1") });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 12 }), (changes) => {
      const bytes = Buffer.from(valid);
      for (const [at, value] of changes) bytes[at] = value;
      let packet: dnsPacket.DecodedPacket;
      try {
        packet = dnsPacket.decode(bytes);
      } catch {
        return;
      }
      asksForNodes(packet);
      for (const { instance, port, cluster } of announcements(packet)) {
        expect(instance).toMatch(/^[0-9a-z-]{1,63}$/);
        expect(cluster).toMatch(/^[0-9a-f]{8}$/);
        expect(port > 0 && port < 65_536).toBe(true);
      }
    }),
  );
});

test("the hint at a cluster is four bytes of it", () => {
  expect(clusterHint(Uint8Array.of(1, 2, 3, 255, 5))).toBe("010203ff");
});
