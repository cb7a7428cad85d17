import type { Hasher } from "@jarvis-crdt/batch";
import { compareBytes } from "../engine/bytes.ts";

/** Children of an inner node; four levels of sixteen lead to 2^16 buckets. */
const fanOut = 16;
const bucketCount = 65_536;
const hashBytes = 32;
/** Inner nodes are numbered level by level from the root, 0; what would follow are the buckets. */
const firstBucket = (bucketCount - 1) / (fanOut - 1);

const bucketDomain = ascii("crdtsync/1 bucket\0");
const nodeDomain = ascii("crdtsync/1 digest-node\0");

/** Digest of a store without a cell, and hash of every empty part of the tree: zeros. */
export const emptyDigest: Uint8Array = new Uint8Array(hashBytes);

/** Where the tree is kept: 4369 inner nodes at most, each with the hashes of its sixteen children. */
export interface DigestNodes {
  /** Undefined where all children are empty. */
  children(node: number): Uint8Array | undefined;
  putChildren(node: number, hashes: Uint8Array): void;
  /** Leaves of the cells in a bucket, in any order. */
  leaves(bucket: number): readonly Uint8Array[];
}

/** The bucket of a cell, from its name. */
export function bucketOf(name: Uint8Array): number {
  return name[0]! * 256 + name[1]!;
}

/**
 * A Merkle tree over 2^16 buckets of cells. A bucket's hash is over its sorted leaves rather than their sum or XOR,
 * because an author could choose operations whose sum is any number he likes.
 */
export class DigestTree {
  readonly #hasher: Hasher;
  readonly #nodes: DigestNodes;

  constructor(hasher: Hasher, nodes: DigestNodes) {
    this.#hasher = hasher;
    this.#nodes = nodes;
  }

  get root(): Uint8Array {
    return this.#inner(this.#nodes.children(0));
  }

  /** Computes these buckets and what is above them anew. O(their cells, and 4 nodes for each). */
  update(buckets: Iterable<number>): void {
    let level = new Map<number, Uint8Array>();
    for (const bucket of buckets) level.set(firstBucket + bucket, this.#bucket(bucket));
    while (level.size > 0) {
      const parents = new Map<number, Uint8Array>();
      for (const [node, hash] of level) {
        const parent = Math.floor((node - 1) / fanOut);
        let hashes = parents.get(parent);
        if (hashes === undefined) {
          hashes = new Uint8Array(fanOut * hashBytes);
          hashes.set(this.#nodes.children(parent) ?? []);
          parents.set(parent, hashes);
        }
        hashes.set(hash, (node - 1 - parent * fanOut) * hashBytes);
      }
      level = new Map();
      for (const [node, hashes] of parents) {
        this.#nodes.putChildren(node, hashes);
        if (node > 0) level.set(node, this.#inner(hashes));
      }
    }
  }

  #bucket(bucket: number): Uint8Array {
    const leaves = this.#nodes.leaves(bucket);
    if (leaves.length === 0) return emptyDigest;
    const sorted = leaves.length === 1 ? leaves : [...leaves].sort(compareBytes);
    return this.#hasher.hash([bucketDomain, ...sorted]);
  }

  #inner(hashes: Uint8Array | undefined): Uint8Array {
    if (hashes === undefined || hashes.every((byte) => byte === 0)) return emptyDigest;
    return this.#hasher.hash([nodeDomain, hashes]);
  }
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
