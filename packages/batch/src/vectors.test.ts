import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { makeVectors } from "../vectors/make-vectors.ts";
import { BatchError } from "./error.ts";
import { decodeHeader } from "./header-codec.ts";
import { verifyInclusion } from "./inclusion.ts";
import { leafHash, merkleRoot } from "./merkle.ts";
import { testCrypto } from "./testing/index.ts";

type Vectors = ReturnType<typeof makeVectors>;

const file = new URL("../vectors/batch.vectors.json", import.meta.url);
const reader = fileURLToPath(new URL("../vectors/check_vectors.py", import.meta.url));
const vectors = JSON.parse(readFileSync(file, "utf8")) as Vectors;
const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

/** What the Python reader said, or undefined where this machine cannot run it. */
function read(...flags: readonly string[]): string | undefined {
  const run = spawnSync("python3", [reader, ...flags], { encoding: "utf8" });
  if (run.error !== undefined || run.status === 77) return undefined;
  expect(run.stderr).toBe("");
  expect(run.status).toBe(0);
  return run.stdout.trim();
}

describe("golden vectors", () => {
  it("are what this version makes", () => {
    expect(JSON.parse(JSON.stringify(makeVectors()))).toEqual(vectors);
  });

  it("decode to their fields", () => {
    for (const { header, fields } of vectors.batches) {
      const { log, number, first, count, continues, epoch, hlcMin, hlcMax, root } = decodeHeader(
        bytes(header),
      );
      expect(fields).toMatchObject({ log, number, first, count, continues, epoch, hlcMin, hlcMax });
      expect(root).toEqual(bytes(fields.root));
    }
  });

  it("hold headers that are refused", () => {
    for (const { header, name } of vectors.refusedHeaders) {
      expect(() => decodeHeader(bytes(header)), name).toThrow(BatchError);
    }
  });

  it("hold proofs and signatures that verify", () => {
    const { hasher, verifier } = testCrypto();
    for (const { count, leavesHash, root, proofs } of vectors.trees) {
      const operation = (i: number) => new TextEncoder().encode(`operation ${i} `.repeat(1 + (i % 5)));
      const leaves = new Uint8Array(count * 32);
      for (let i = 0; i < count; i++) leaves.set(leafHash(operation(i), i, hasher), i * 32);
      expect(hasher.hash([leaves])).toEqual(bytes(leavesHash));
      expect(merkleRoot(leaves, hasher)).toEqual(bytes(root));
      for (const { index, proof } of proofs) {
        const leaf = leafHash(operation(index), index, hasher);
        const inclusion = { leaf, index, count, proof: proof.map(bytes), root: bytes(root) };
        expect(verifyInclusion(inclusion, hasher)).toBe(true);
      }
    }
    for (const { signature, signedMessage } of vectors.batches) {
      const key = bytes(vectors.ed25519.publicKey);
      expect(verifier.verify(bytes(signature), bytes(signedMessage), key)).toBe(true);
    }
  });

  it("are read alike by an independent program", (context) => {
    const said = read();
    if (said === undefined) return context.skip("python3 is not installed");
    expect(said).toBe("6 trees, 3 batches, 7 refused headers");
  });

  it("carry signatures that openssl accepts", (context) => {
    const said = read("--signatures");
    if (said === undefined) return context.skip("python3 or openssl is not installed");
    expect(said).toBe("3 signatures");
  });
});
