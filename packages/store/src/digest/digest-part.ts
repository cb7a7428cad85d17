import { entries, leafBytes, nameBytes } from "./cell-entries.ts";
import { type DigestNode, fanOut, pageCells } from "./digest-tree.ts";

/** What the digest's tree holds below a path, as far as one answer tells: hashes of sixteen children, or a page of cells. */
export type DigestPart =
  | { readonly cells: number; readonly hashes: readonly Uint8Array[] }
  | { readonly cells: number; readonly leaves: readonly DigestLeaf[] };

/** A cell's name and leaf. */
export interface DigestLeaf {
  /** 24 bytes that name a cell. */
  readonly name: Uint8Array;
  readonly leaf: Uint8Array;
}

/** A part of the tree as it is told to others; nothing below a path is a page without cells. O(its size). */
export function digestPart(node: DigestNode | undefined): DigestPart {
  if (node === undefined) return { cells: 0, leaves: [] };
  const { cells, body } = node;
  if (cells > pageCells) {
    const hashes = Array.from({ length: fanOut }, (_, i) =>
      body.subarray(i * leafBytes, (i + 1) * leafBytes),
    );
    return { cells, hashes };
  }
  const leaves = Array.from({ length: entries.count(body) }, (_, i) => {
    const entry = entries.part(body, i, i + 1);
    return { name: entry.subarray(0, nameBytes), leaf: entry.subarray(nameBytes) };
  });
  return { cells, leaves };
}
