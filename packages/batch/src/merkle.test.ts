import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodeDomain } from "./domain.ts";
import { inclusionProof, verifyInclusion } from "./inclusion.ts";
import { leafHash, leafHashes, merkleRoot } from "./merkle.ts";
import { testCrypto } from "./testing/index.ts";

const { hasher } = testCrypto();
const text = new TextEncoder();
const operations = (count: number) => Array.from({ length: count }, (_, i) => text.encode(`operation ${i}`));

/** RFC 6962 §2.1 as it stands there: split at the greatest power of two below n. */
function recursiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0]!;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return hasher.hash([nodeDomain, recursiveRoot(leaves.slice(0, k)), recursiveRoot(leaves.slice(k))]);
}

describe("Merkle tree", () => {
  it("has the shape of RFC 6962 for every size up to 70, and 1000", () => {
    for (const count of [...Array.from({ length: 70 }, (_, i) => i + 1), 1000]) {
      const leaves = leafHashes(operations(count), hasher);
      const parts = operations(count).map((operation, i) => leafHash(operation, i, hasher));
      expect(merkleRoot(leaves, hasher), `${count} leaves`).toEqual(recursiveRoot(parts));
    }
  });

  it("leaves its input alone", () => {
    const leaves = leafHashes(operations(7), hasher);
    const copy = leaves.slice();
    merkleRoot(leaves, hasher);
    inclusionProof(leaves, 3, hasher);
    expect(leaves).toEqual(copy);
  });

  it("gives an operation another leaf at another place", () => {
    const operation = text.encode("same");
    expect(leafHash(operation, 0, hasher)).not.toEqual(leafHash(operation, 1, hasher));
  });

  it.each([0, 31, 33])("refuses %i bytes of leaves", (length) => {
    expect(() => merkleRoot(new Uint8Array(length), hasher)).toThrow(RangeError);
  });
});

describe("inclusion", () => {
  it("is proved for every leaf of every size up to 33", () => {
    for (let count = 1; count <= 33; count++) {
      const leaves = leafHashes(operations(count), hasher);
      const root = merkleRoot(leaves, hasher);
      for (let index = 0; index < count; index++) {
        const leaf = leafHash(text.encode(`operation ${index}`), index, hasher);
        const proof = inclusionProof(leaves, index, hasher);
        expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(count)));
        expect(verifyInclusion({ leaf, index, count, proof, root }, hasher), `${index} of ${count}`).toBe(
          true,
        );
      }
    }
  });

  it("is refused with anything about it changed", () => {
    const cases = fc
      .integer({ min: 1, max: 200 })
      .chain((count) => fc.tuple(fc.constant(count), fc.nat(count - 1)));
    fc.assert(
      fc.property(cases, fc.nat(31), fc.integer({ min: 1, max: 255 }), ([count, index], at, mask) => {
        const leaves = leafHashes(operations(count), hasher);
        const root = merkleRoot(leaves, hasher);
        const leaf = leaves.slice(index * 32, index * 32 + 32);
        const proof = inclusionProof(leaves, index, hasher);
        const flip = (hash: Uint8Array) => hash.map((byte, i) => (i === at ? byte ^ mask : byte));
        const holds = (changed: object) =>
          verifyInclusion({ leaf, index, count, proof, root, ...changed }, hasher);
        expect(holds({})).toBe(true);
        expect(holds({ leaf: flip(leaf) })).toBe(false);
        expect(holds({ root: flip(root) })).toBe(false);
        expect(holds({ proof: [...proof, root] })).toBe(false);
        expect(holds({ index: index + 1 })).toBe(false);
        if (proof.length > 0) {
          expect(holds({ proof: proof.slice(1) })).toBe(false);
          expect(holds({ proof: proof.map((hash, i) => (i === 0 ? flip(hash) : hash)) })).toBe(false);
        }
      }),
      { seed: 1 },
    );
  });

  it("is refused where the header counts more operations than the proof is deep", () => {
    const leaves = leafHashes(operations(4), hasher);
    const inclusion = {
      leaf: leaves.slice(0, 32),
      index: 0,
      proof: inclusionProof(leaves, 0, hasher),
      root: merkleRoot(leaves, hasher),
    };
    expect(verifyInclusion({ ...inclusion, count: 4 }, hasher)).toBe(true);
    expect(verifyInclusion({ ...inclusion, count: 5 }, hasher)).toBe(false);
    expect(verifyInclusion({ ...inclusion, count: 2 }, hasher)).toBe(false);
  });

  it.each([
    { index: -1 },
    { index: 3 },
    { index: 0.5 },
    { index: Number.NaN },
    { count: 0 },
    { count: 2 ** 60 },
    { count: Number.POSITIVE_INFINITY },
    { leaf: new Uint8Array(31) },
    { proof: [new Uint8Array(31), new Uint8Array(32)] },
    { root: new Uint8Array(0) },
  ])("is false for %o", (changed) => {
    const leaves = leafHashes(operations(3), hasher);
    const proof = inclusionProof(leaves, 0, hasher);
    const whole = { leaf: leaves.slice(0, 32), index: 0, count: 3, proof, root: merkleRoot(leaves, hasher) };
    expect(verifyInclusion(whole, hasher)).toBe(true);
    expect(verifyInclusion({ ...whole, ...changed }, hasher)).toBe(false);
  });

  it.each([-1, 3, 0.5])("has no proof for index %d of 3", (index) => {
    const leaves = leafHashes(operations(3), hasher);
    expect(() => inclusionProof(leaves, index, hasher)).toThrow(RangeError);
  });
});
