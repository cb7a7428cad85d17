import type { Hasher } from "@jarvis-crdt/batch";
import { equalBytes } from "../engine/bytes.ts";
import { type DigestLeaf, digestPart } from "./digest-part.ts";
import { type DigestNodes, emptyDigest, hashOfNode } from "./digest-tree.ts";

/** The cells of each page of a digest's tree, in order. Throws where a node is not what the one above it says. O(cells). */
export function* checkedPages(
  hasher: Hasher,
  nodes: Pick<DigestNodes, "get">,
  path = "",
): Iterable<readonly DigestLeaf[]> {
  const part = digestPart(nodes.get(path));
  if ("leaves" in part) {
    if (part.leaves.length !== part.cells) throw new Error(`page ${path} of the digest is damaged`);
    yield part.leaves;
    return;
  }
  for (const [nibble, hash] of part.hashes.entries()) {
    const below = path + nibble.toString(16);
    if (!equalBytes(hashOfNode(hasher, nodes.get(below)), hash))
      throw new Error(`node ${below} of the digest is damaged`);
    if (!equalBytes(hash, emptyDigest)) yield* checkedPages(hasher, nodes, below);
  }
}
