import { fc, test } from "@fast-check/vitest";
import sodium from "sodium-native";
import { describe, expect, it } from "vitest";
import { hasher } from "./hasher.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const text = (value: string) => new TextEncoder().encode(value);

describe("hasher", () => {
  it("is BLAKE2b-256", () => {
    const empty = "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8";
    expect(hex(hasher.hash([]))).toBe(empty);
    expect(hex(hasher.hash([text("")]))).toBe(empty);
    expect(hex(hasher.hash([text("abc")]))).toBe(
      "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319",
    );
  });

  test.prop([fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 4 })])(
    "hashes the concatenation, whatever the path through scratch or batch",
    (parts) => {
      const expected = new Uint8Array(32);
      sodium.crypto_generichash(expected, Buffer.concat(parts));
      expect(hex(hasher.hash(parts))).toBe(hex(expected));
    },
  );

  it("returns bytes that later calls leave alone", () => {
    const hashes = Array.from({ length: 600 }, (_, index) => hasher.hash([Uint8Array.of(index, index >> 8)]));
    for (const [index, hash] of hashes.entries()) {
      expect(hex(hash)).toBe(hex(hasher.hash([Uint8Array.of(index, index >> 8)])));
    }
  });
});
