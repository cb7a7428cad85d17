import { testCrypto } from "@jarvis-crdt/batch/testing";
import { expect, test } from "vitest";
import { Random } from "../conformance/index.ts";
import { compareNames } from "./cell-entries.ts";
import { compareTrees } from "./compare-digests.ts";
import { digestPart } from "./digest-part.ts";
import { type DigestNode, DigestTree } from "./digest-tree.ts";

const { hasher } = testCrypto();

interface Cell {
  readonly name: Uint8Array;
  readonly leaf: Uint8Array;
}

function treeOf(cells: readonly Cell[]): DigestTree {
  const nodes = new Map<string, DigestNode>();
  const tree = new DigestTree(hasher, {
    get: (path) => nodes.get(path),
    put: (path, node) => void nodes.set(path, node),
    delete: (path) => void nodes.delete(path),
  });
  tree.update([...cells].sort((a, b) => compareNames(a.name, b.name)));
  return tree;
}

const random = new Random(3);
const cell = (): Cell => ({ name: random.bytes(24), leaf: random.bytes(32) });
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

async function compare(a: readonly Cell[], b: readonly Cell[], limit = 1000) {
  const trees = [treeOf(a), treeOf(b)] as const;
  const answers = (tree: DigestTree, paths: readonly string[]) =>
    paths.map((path) => digestPart(tree.below(path)));
  const result = await compareTrees(
    async (paths) => [answers(trees[0], paths), answers(trees[1], paths)],
    limit,
  );
  return { ...result, names: result.cells.map(({ name }) => hex(name)).sort() };
}

test.each([0, 1, 64, 65, 5000])("of %i cells those that differ are found, and no others", async (count) => {
  const shared = Array.from({ length: count }, cell);
  const [onlyA, onlyB] = [cell(), cell()];
  const changed = shared.slice(0, 3);
  const b = shared.map((one, i) => (i < 3 ? { ...one, leaf: random.bytes(32) } : one));
  const result = await compare([...shared, onlyA], [...b, onlyB]);
  expect(result.names).toEqual([...changed, onlyA, onlyB].map(({ name }) => hex(name)).sort());
  expect(result.more).toBe(false);
  // The root, its children, their children: a page holds 64 cells.
  expect(result.exchanges).toBeLessThanOrEqual(1 + Math.ceil(Math.log(Math.max(2, count)) / Math.log(16)));
});

test("equal trees take one exchange, and one that lacks nearly everything is told apart, too", async () => {
  const cells = Array.from({ length: 2000 }, cell);
  expect(await compare(cells, cells)).toMatchObject({ names: [], exchanges: 1 });
  expect((await compare(cells, cells.slice(0, 30), 5000)).names).toHaveLength(1970);
  expect((await compare([], cells, 5000)).names).toHaveLength(2000);
  expect(await compare([], cells, 10)).toMatchObject({ cells: { length: 10 }, more: true });
});
