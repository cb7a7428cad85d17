import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { verifier } from "./verifier.ts";

interface Case {
  readonly accepted: boolean;
  readonly message: string;
  readonly publicKey: string;
  readonly signature: string;
}

const path = new URL("./vectors/ed25519-speccheck.vectors.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(path, "utf8")) as { readonly cases: readonly Case[] };
const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));

describe("verifier", () => {
  it.each(cases.map((one, index) => [index, one] as const))(
    "judges edge case %i as libsodium does",
    (_, one) => {
      const verdict = verifier.verify(bytes(one.signature), bytes(one.message), bytes(one.publicKey));
      expect(verdict).toBe(one.accepted);
    },
  );

  it("refuses wrong lengths without throwing", () => {
    const one = cases[3]!;
    const signature = bytes(one.signature);
    const message = bytes(one.message);
    const publicKey = bytes(one.publicKey);
    expect(verifier.verify(Buffer.concat([signature, Uint8Array.of(0)]), message, publicKey)).toBe(false);
    expect(verifier.verify(signature.subarray(1), message, publicKey)).toBe(false);
    expect(verifier.verify(signature, message, publicKey.subarray(1))).toBe(false);
    expect(verifier.verify(new Uint8Array(), message, publicKey)).toBe(false);
  });
});
