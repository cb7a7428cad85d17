import { expect, test } from "vitest";
import { hostPort, isAddress, isHost, isLoopback } from "./address.ts";

test.each(["127.0.0.1", "::1", "localhost", "node-1.example.org", "a_b"])("%s is a host", (host) =>
  expect(isHost(host)).toBe(true),
);

test.each(["", "1.2.3", "256.1.1.1", "a b", "-a", "a..b", "host:1", "[::1]", "a".repeat(300)])(
  "%j is no host",
  (host) => expect(isHost(host)).toBe(false),
);

test.each(["a:1", "127.0.0.1:65535", "[::1]:8888"])("%s is an address", (address) =>
  expect(isAddress(address)).toBe(true),
);

test.each(["a", "a:0", "a:65536", "::1:8888", "[a]:1", "a:1:2", ":1", "a:", "http://a:1"])(
  "%s is no address",
  (address) => expect(isAddress(address)).toBe(false),
);

test("loopback is what cannot leave this machine", () => {
  expect(["127.0.0.1", "127.9.9.9", "::1", "localhost"].every(isLoopback)).toBe(true);
  expect(["0.0.0.0", "::", "10.0.0.1", "127.0.0.1.evil.org", "localhost.evil.org"].some(isLoopback)).toBe(
    false,
  );
});

test("IPv6 stands in brackets", () => {
  expect(hostPort("::1", 1)).toBe("[::1]:1");
  expect(hostPort("a", 1)).toBe("a:1");
});
