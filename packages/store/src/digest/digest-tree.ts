import type { Hasher } from "@jarvis-crdt/batch";
import { type CellLeaf, compareNames, entries, leafBytes, nibbleAt } from "./cell-entries.ts";

/** Up to so many cells are one page; more are divided among sixteen children by the next four bits of their names. */
export const pageCells = 64;
export const fanOut = 16;

const pageDomain = ascii("crdtsync/1 digest-page\0");
const nodeDomain = ascii("crdtsync/1 digest-node\0");

/** Digest of a store without a cell, and hash of every empty child: zeros. */
export const emptyDigest: Uint8Array = new Uint8Array(leafBytes);

/** A part of the tree that holds any cell. */
export interface DigestNode {
  /** How many cells lie below. */
  readonly cells: number;
  /** Of a page its cells in order, name and leaf of each; of an inner node the hashes of its sixteen children. */
  readonly body: Uint8Array;
}

/** Where the tree is kept. A path is the beginning of the names below, a hexadecimal digit for each level. */
export interface DigestNodes {
  get(path: string): DigestNode | undefined;
  put(path: string, node: DigestNode): void;
  delete(path: string): void;
}

/**
 * A Merkle tree over cells, whose shape follows from the names of the cells alone, so that equal cells have an equal root
 * however they came. It hashes rather than sums or XORs, because an author could choose operations whose sum is any
 * number he likes.
 */
export class DigestTree {
  readonly #hasher: Hasher;
  readonly #nodes: DigestNodes;

  constructor(hasher: Hasher, nodes: DigestNodes) {
    this.#hasher = hasher;
    this.#nodes = nodes;
  }

  get root(): Uint8Array {
    return hashOfNode(this.#hasher, this.#nodes.get(""));
  }

  /**
   * What lies below a path: the node of that path, or the part of a page that stands further up. O(1) for what is there.
   */
  below(path: string): DigestNode | undefined {
    for (let length = path.length; length >= 0; length--) {
      const node = this.#nodes.get(path.slice(0, length));
      if (node === undefined) continue;
      if (length === path.length) return node;
      if (node.cells > pageCells) return undefined;
      const body = entries.withPrefix(node.body, path);
      return body.length === 0 ? undefined : { cells: entries.count(body), body };
    }
    return undefined;
  }

  /**
   * Takes in the leaves of cells that changed, in the order of their names; of one name the last counts. O(changes) pages
   * and the inner nodes above them.
   */
  update(changes: readonly CellLeaf[]): void {
    const distinct = changes.filter(
      ({ name }, i) => i === changes.length - 1 || compareNames(name, changes[i + 1]!.name) !== 0,
    );
    if (distinct.length > 0) this.#apply("", distinct);
  }

  /** Returns the node as it is now, and how many cells it has more. */
  #apply(path: string, changes: readonly CellLeaf[]): { node: DigestNode | undefined; grown: number } {
    const before = this.#nodes.get(path);
    const had = before?.cells ?? 0;
    if (before === undefined || had <= pageCells) {
      const node = this.#build(path, entries.merge(before?.body, changes));
      if (node === undefined && before !== undefined) this.#nodes.delete(path);
      return { node, grown: (node?.cells ?? 0) - had };
    }
    const hashes = before.body.slice();
    let grown = 0;
    for (const [nibble, part] of divide(changes, path.length)) {
      const child = this.#apply(path + nibble.toString(16), part);
      hashes.set(hashOfNode(this.#hasher, child.node), nibble * leafBytes);
      grown += child.grown;
    }
    const cells = had + grown;
    if (cells > pageCells) return { node: this.#put(path, { cells, body: hashes }), grown };
    const body = this.#takeBelow(path, hashes);
    if (cells > 0) return { node: this.#put(path, { cells, body }), grown };
    this.#nodes.delete(path);
    return { node: undefined, grown };
  }

  /** Makes the part of the tree that holds these cells, where nothing is yet or a page was. */
  #build(path: string, body: Uint8Array): DigestNode | undefined {
    const cells = entries.count(body);
    if (cells === 0) return undefined;
    if (cells <= pageCells) return this.#put(path, { cells, body });
    const hashes = new Uint8Array(fanOut * leafBytes);
    for (let nibble = 0, from = 0; nibble < fanOut; nibble++) {
      const to = entries.endOf(body, from, path.length, nibble);
      const child = this.#build(path + nibble.toString(16), entries.part(body, from, to));
      hashes.set(hashOfNode(this.#hasher, child), nibble * leafBytes);
      from = to;
    }
    return this.#put(path, { cells, body: hashes });
  }

  /** The cells below an inner node, whose children go away. */
  #takeBelow(path: string, hashes: Uint8Array): Uint8Array {
    const bodies: Uint8Array[] = [];
    for (let nibble = 0; nibble < fanOut; nibble++) {
      const below = path + nibble.toString(16);
      const at = nibble * leafBytes;
      if (hashes.subarray(at, at + leafBytes).every((byte) => byte === 0)) continue;
      // A child of a node that held little is a page: it would have been made one with the change that made it small.
      bodies.push(this.#nodes.get(below)!.body);
      this.#nodes.delete(below);
    }
    return entries.join(bodies);
  }

  #put(path: string, node: DigestNode): DigestNode {
    this.#nodes.put(path, node);
    return node;
  }
}

export function hashOfNode(hasher: Hasher, node: DigestNode | undefined): Uint8Array {
  if (node === undefined) return emptyDigest;
  return hasher.hash([node.cells <= pageCells ? pageDomain : nodeDomain, node.body]);
}

/** The changes below each child, in order. */
function* divide(
  changes: readonly CellLeaf[],
  depth: number,
): Iterable<readonly [number, readonly CellLeaf[]]> {
  for (let from = 0; from < changes.length; ) {
    const nibble = nibbleAt(changes[from]!.name, depth);
    let to = from + 1;
    while (to < changes.length && nibbleAt(changes[to]!.name, depth) === nibble) to++;
    yield [nibble, changes.slice(from, to)];
    from = to;
  }
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
