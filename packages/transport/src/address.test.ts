import { expect, test } from "vitest";
import { formatAddress, parseAddress } from "./address.ts";

test.each([
  ["127.0.0.1:8888", { host: "127.0.0.1", port: 8888 }],
  ["node-2.example.org:1", { host: "node-2.example.org", port: 1 }],
  ["[::1]:65535", { host: "::1", port: 65_535 }],
])("%s is an address", (text, address) => {
  expect(parseAddress(text)).toEqual(address);
  expect(formatAddress(address)).toBe(text);
});

test.each(["", "host", "host:", "host:0", "host:65536", "::1:80", "a b:80", ":80", "http://host:80"])(
  "%j is none",
  (text) => {
    expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: "invalid-address" }));
  },
);
