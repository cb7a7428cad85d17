import { testCrypto } from "@jarvis-crdt/batch/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type CellLeaf, compareNames } from "./cell-entries.ts";
import { type DigestNode, DigestTree, emptyDigest } from "./digest-tree.ts";

const { hasher } = testCrypto();

function makeTree() {
  const nodes = new Map<string, DigestNode>();
  const tree = new DigestTree(hasher, {
    get: (path) => nodes.get(path),
    put: (path, node) => nodes.set(path, node),
    delete: (path) => nodes.delete(path),
  });
  return { tree, nodes };
}

/** Names that share beginnings of all lengths. */
function nameOf(n: number): Uint8Array {
  const name = new Uint8Array(32);
  for (let i = 0, rest = n; i < 24; i++, rest = Math.floor(rest / 3)) name[i] = (rest % 3) * 0x77;
  return name;
}

const leafOf = (n: number) => new Uint8Array(32).fill(n + 1);
const inOrder = (changes: readonly CellLeaf[]) => [...changes].sort((a, b) => compareNames(a.name, b.name));

const change = fc.tuple(fc.nat(400), fc.option(fc.nat(3), { nil: undefined }));

test("the tree depends on the cells alone, however they came and went", () => {
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 300 }), { maxLength: 6 }), (steps) => {
      const grown = makeTree();
      const cells = new Map<number, number>();
      for (const step of steps) {
        for (const [n, leaf] of step) {
          if (leaf === undefined) cells.delete(n);
          else cells.set(n, leaf);
        }
        grown.tree.update(
          inOrder(
            step.map(([n, leaf]) => ({ name: nameOf(n), leaf: leaf === undefined ? leaf : leafOf(leaf) })),
          ),
        );
      }
      const fresh = makeTree();
      fresh.tree.update(inOrder([...cells].map(([n, leaf]) => ({ name: nameOf(n), leaf: leafOf(leaf) }))));
      expect(grown.tree.root).toEqual(fresh.tree.root);
      expect(new Map([...grown.nodes].sort())).toEqual(new Map([...fresh.nodes].sort()));
      expect(grown.nodes.get("")?.cells ?? 0).toBe(cells.size);
    }),
    { numRuns: 60 },
  );
});

test("another leaf, another name, one cell less: another root", () => {
  const cells = Array.from({ length: 100 }, (_, i) => ({ name: nameOf(i * 7), leaf: leafOf(1) }));
  const rootOf = (changes: readonly CellLeaf[]) => {
    const { tree } = makeTree();
    tree.update(inOrder(changes));
    return Buffer.from(tree.root).toString("hex");
  };
  const roots = [
    rootOf([]),
    rootOf(cells),
    rootOf(cells.slice(1)),
    rootOf([...cells.slice(1), { name: cells[0]!.name, leaf: leafOf(2) }]),
    rootOf([...cells.slice(1), { name: nameOf(1), leaf: leafOf(1) }]),
  ];
  expect(new Set(roots).size).toBe(roots.length);
  expect(roots[0]).toBe(Buffer.from(emptyDigest).toString("hex"));
});
