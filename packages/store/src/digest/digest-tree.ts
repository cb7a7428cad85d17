import type { Hasher } from "@jarvis-crdt/batch";
import { compareBytes } from "../engine/bytes.ts";

/** Children of an inner node; four levels of sixteen are 2^16 buckets. */
const fanOut = 16;
const buckets = 65_536;
/** Nodes are numbered level by level from the root, 0; the buckets are the last level. */
const firstBucket = (buckets - 1) / (fanOut - 1);
const hashBytes = 32;

const bucketDomain = ascii("crdtsync/1 bucket\0");
const nodeDomain = ascii("crdtsync/1 digest-node\0");

/** Digest of a store without a cell, and of every empty part of the tree. */
export const emptyDigest: Uint8Array = new Uint8Array(hashBytes);

/** Where the tree's hashes are kept. A node that is not there is empty. */
export interface DigestNodes {
  get(node: number): Uint8Array | undefined;
  put(node: number, hash: Uint8Array | undefined): void;
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
    return this.#nodes.get(0) ?? emptyDigest;
  }

  /** Computes these buckets and what is above them anew. O(their cells + buckets). */
  update(touched: Iterable<number>): void {
    let level = new Set<number>();
    for (const bucket of touched) {
      this.#nodes.put(firstBucket + bucket, this.#bucket(bucket));
      level.add(parentOf(firstBucket + bucket));
    }
    while (level.size > 0) {
      const above = new Set<number>();
      for (const node of level) {
        this.#nodes.put(node, this.#inner(node));
        if (node > 0) above.add(parentOf(node));
      }
      level = above;
    }
  }

  #bucket(bucket: number): Uint8Array | undefined {
    const leaves = [...this.#nodes.leaves(bucket)];
    if (leaves.length === 0) return undefined;
    return this.#hasher.hash([bucketDomain, ...leaves.sort(compareBytes)]);
  }

  #inner(node: number): Uint8Array | undefined {
    const children = new Uint8Array(fanOut * hashBytes);
    let empty = true;
    for (let i = 0; i < fanOut; i++) {
      const child = this.#nodes.get(node * fanOut + 1 + i);
      if (child === undefined) continue;
      children.set(child, i * hashBytes);
      empty = false;
    }
    return empty ? undefined : this.#hasher.hash([nodeDomain, children]);
  }
}

function parentOf(node: number): number {
  return Math.floor((node - 1) / fanOut);
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
