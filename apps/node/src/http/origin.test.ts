import { expect, test } from "vitest";
import { originRefusal } from "./origin.ts";

test.each([
  ["127.0.0.1:8889", undefined],
  ["localhost", undefined],
  ["LOCALHOST:1", undefined],
  ["[::1]:8889", undefined],
  ["localhost:8889", "http://localhost:8889"],
])("host %s, origin %s passes", (host, origin) => expect(originRefusal(host, origin, false)).toBeUndefined());

test.each([
  [undefined, undefined],
  ["", undefined],
  ["evil.example:8889", undefined],
  ["127.0.0.1.evil.example", undefined],
  ["localhost@evil.example", undefined],
  ["localhost:8889", "http://evil.example"],
  ["localhost:8889", "http://localhost:9999"],
  ["localhost:8889", "null"],
])("host %s, origin %s is refused", (host, origin) =>
  expect(originRefusal(host, origin, false)).toBeTypeOf("string"),
);

test("behind a proxy any host passes, other origins still do not", () => {
  expect(originRefusal("jarvis.example.org", undefined, true)).toBeUndefined();
  expect(originRefusal("jarvis.example.org", "https://jarvis.example.org", true)).toBeUndefined();
  expect(originRefusal("jarvis.example.org", "https://evil.example", true)).toBeTypeOf("string");
});
