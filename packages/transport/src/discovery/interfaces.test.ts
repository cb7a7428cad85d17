import { expect, test } from "vitest";
import { interfacesOf, isOnLink } from "./interfaces.ts";

const v4 = (address: string, netmask: string, internal = false) =>
  ({ address, netmask, family: "IPv4", mac: "", internal, cidr: null }) as const;
const v6 = {
  address: "fe80::1",
  netmask: "ffff::",
  family: "IPv6",
  mac: "",
  internal: false,
  cidr: null,
  scopeid: 1,
} as const;
const all = {
  lo: [v4("127.0.0.1", "255.0.0.0", true)],
  eth0: [v4("192.0.2.5", "255.255.255.0"), v6],
  eth1: [v4("198.51.100.5", "255.255.254.0")],
};

test("a node is reachable on the interface whose address it listens on, or on all", () => {
  const addresses = (host: string) => interfacesOf(host, all).map(({ address }) => address);
  expect(addresses("192.0.2.5")).toEqual(["192.0.2.5"]);
  expect(addresses("127.0.0.1")).toEqual(["127.0.0.1"]);
  expect(addresses("203.0.113.1")).toEqual([]);
  for (const host of ["0.0.0.0", "::", "node.example.org"])
    expect(addresses(host)).toEqual(["192.0.2.5", "198.51.100.5"]);
});

test.each([
  ["198.51.100.1", true],
  ["198.51.101.255", true],
  ["198.51.102.1", false],
  ["198.50.100.1", false],
  ["::1", false],
  ["", false],
])("%s on 198.51.100.5/23: %s", (address, expected) => {
  expect(isOnLink(address, all.eth1[0]!)).toBe(expected);
});
