import { equalBytes } from "./bytes.ts";
import type { Hasher } from "./crypto.ts";
import { hashBytes, lift, nodeHasher } from "./merkle.ts";

/** That one operation is part of a batch, for somebody who has only the batch's signed header. */
export interface Inclusion {
  /** `leafHash` of the operation. */
  readonly leaf: Uint8Array;
  /** Place of the operation in its batch, from 0: its sequence minus the header's `first`. */
  readonly index: number;
  /** The header's `count`. */
  readonly count: number;
  /** From `inclusionProof`. */
  readonly proof: readonly Uint8Array[];
  /** The header's `root`. */
  readonly root: Uint8Array;
}

/** The hashes beside the path from leaf `index` to the root, bottom first (RFC 6962 §2.1.1). O(n) time, O(log n) long. */
export function inclusionProof(leaves: Uint8Array, index: number, hasher: Hasher): readonly Uint8Array[] {
  const count = leaves.length / hashBytes;
  if (!Number.isInteger(count) || !Number.isInteger(index) || index < 0 || index >= count) {
    throw new RangeError(`no leaf ${index} in ${leaves.length} bytes of leaf hashes`);
  }
  const level = new Uint8Array(leaves);
  const hash = nodeHasher(hasher);
  const proof: Uint8Array[] = [];
  let place = index;
  for (let width = count; width > 1; width = lift(level, width, hash)) {
    const sibling = place % 2 === 0 ? place + 1 : place - 1;
    if (sibling < width) proof.push(level.slice(sibling * hashBytes, (sibling + 1) * hashBytes));
    place >>>= 1;
  }
  return proof;
}

/** Whether the proof leads from the leaf to the root (RFC 9162 §2.1.3.2). Never throws on hostile values. O(log n). */
export function verifyInclusion(inclusion: Inclusion, hasher: Hasher): boolean {
  const { leaf, index, count, proof, root } = inclusion;
  if (!Number.isSafeInteger(count) || !Number.isSafeInteger(index) || index < 0 || index >= count)
    return false;
  if (leaf.length !== hashBytes || count > 0xffff_ffff) return false;
  const pair = new Uint8Array(2 * hashBytes);
  const hash = nodeHasher(hasher);
  let node = leaf;
  let place = index;
  let last = count - 1;
  for (const sibling of proof) {
    if (last === 0 || sibling.length !== hashBytes) return false;
    while (place % 2 === 0 && place === last) {
      // An odd last node is lifted without a sibling.
      place /= 2;
      last /= 2;
    }
    const right = place % 2 === 1;
    pair.set(right ? sibling : node, 0);
    pair.set(right ? node : sibling, hashBytes);
    node = hash(pair, 0);
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && equalBytes(node, root);
}
