import type { Hasher } from "./crypto.ts";
import { leafDomain, nodeDomain } from "./domain.ts";

/** Length of every hash, in bytes: BLAKE2b-256. */
export const hashBytes = 32;

/** Hash of operation number `index` (from 0) of a batch. 32 bytes. */
export function leafHash(operation: Uint8Array, index: number, hasher: Hasher): Uint8Array {
  return leafHasher(hasher)(operation, index);
}

/**
 * Leaf hashes of a batch's operations, 32 bytes each, concatenated. The index is part of a leaf, so that an operation
 * cannot change its place and with it its dot. O(bytes); one hash and no other garbage per operation.
 */
export function leafHashes(operations: readonly Uint8Array[], hasher: Hasher): Uint8Array {
  const leaves = new Uint8Array(operations.length * hashBytes);
  const hash = leafHasher(hasher);
  for (let i = 0; i < operations.length; i++) leaves.set(hash(operations[i]!, i), i * hashBytes);
  return leaves;
}

/**
 * Root of the tree over concatenated leaf hashes, at least one. The shape is that of RFC 6962 §2.1: pairing each
 * level from the left and lifting an odd last node unchanged gives the same tree as its recursion, in O(n) time and
 * without a stack.
 */
export function merkleRoot(leaves: Uint8Array, hasher: Hasher): Uint8Array {
  if (leaves.length === 0 || leaves.length % hashBytes !== 0) {
    throw new RangeError("leaf hashes are one or more times 32 bytes");
  }
  const level = new Uint8Array(leaves);
  const hash = nodeHasher(hasher);
  for (let width = leaves.length / hashBytes; width > 1; width = lift(level, width, hash));
  return level.slice(0, hashBytes);
}

/** Hash of two nodes that lie side by side in `level` at byte `offset`. */
export type NodeHash = (level: Uint8Array, offset: number) => Uint8Array;

/** Replaces the first `width` nodes of `level` by their parents; returns how many these are. */
export function lift(level: Uint8Array, width: number, hash: NodeHash): number {
  const pairs = width >>> 1;
  for (let i = 0; i < pairs; i++) level.set(hash(level, i * 2 * hashBytes), i * hashBytes);
  if (width % 2 === 0) return pairs;
  level.copyWithin(pairs * hashBytes, (width - 1) * hashBytes, width * hashBytes);
  return pairs + 1;
}

export function nodeHasher(hasher: Hasher): NodeHash {
  const input = new Uint8Array(nodeDomain.length + 2 * hashBytes);
  input.set(nodeDomain);
  const parts = [input];
  return (level, offset) => {
    for (let i = 0; i < 2 * hashBytes; i++) input[nodeDomain.length + i] = level[offset + i]!;
    return hasher.hash(parts);
  };
}

function leafHasher(hasher: Hasher): (operation: Uint8Array, index: number) => Uint8Array {
  const prefix = new Uint8Array(leafDomain.length + 8);
  prefix.set(leafDomain);
  const view = new DataView(prefix.buffer, leafDomain.length);
  const parts: Uint8Array[] = [prefix, prefix];
  return (operation, index) => {
    view.setUint32(0, index);
    view.setUint32(4, operation.length);
    parts[1] = operation;
    return hasher.hash(parts);
  };
}
