import { equalBytes, keyOf } from "../engine/bytes.ts";
import { nibbleAt } from "./cell-entries.ts";
import type { DigestLeaf, DigestPart } from "./digest-part.ts";

/** A cell of which two stores do not hold the same; undefined where one has none. */
export interface DifferingCell {
  readonly name: Uint8Array;
  readonly leaves: readonly [Uint8Array | undefined, Uint8Array | undefined];
}

/** Asks both stores for parts of their trees, by paths; answers in the order of the paths. */
export type AskParts = (
  paths: readonly string[],
) => Promise<readonly [readonly DigestPart[], readonly DigestPart[]]>;

/** Where two states differ. */
export interface DigestComparison {
  readonly cells: readonly DifferingCell[];
  /** There are more, which were not looked for. */
  readonly more: boolean;
  /** How often both were asked. */
  readonly exchanges: number;
}

/** Paths that one exchange asks for. */
export const pathsAtOnce = 256;
const longestPath = 48;

/**
 * Finds the cells in which two stores differ by descending where their trees do: O(log cells) exchanges while little
 * differs, O(differing cells) answers. Stops once it has `limit`.
 */
export async function compareTrees(ask: AskParts, limit: number): Promise<DigestComparison> {
  const found: DifferingCell[] = [];
  let exchanges = 0;
  /** Breadth first, so that one exchange serves a whole level. */
  const open = [""];
  while (open.length > 0 && found.length < limit) {
    const paths = open.splice(0, pathsAtOnce);
    const [mine, theirs] = await ask(paths);
    exchanges++;
    for (const [i, path] of paths.entries()) {
      const [a, b] = [mine[i]!, theirs[i]!];
      if ("leaves" in a && "leaves" in b) found.push(...differing(a.leaves, b.leaves));
      else if (path.length < longestPath) open.push(...below(path, a, b));
    }
  }
  return { cells: found.slice(0, limit), more: open.length > 0 || found.length > limit, exchanges };
}

/** Children that may differ. A page beside an inner node is asked for again, one digit further, until both are pages. */
function below(path: string, a: DigestPart, b: DigestPart): readonly string[] {
  const paths: string[] = [];
  for (let nibble = 0; nibble < 16; nibble++) {
    if ("hashes" in a && "hashes" in b && equalBytes(a.hashes[nibble]!, b.hashes[nibble]!)) continue;
    if (isEmpty(a, path.length, nibble) && isEmpty(b, path.length, nibble)) continue;
    paths.push(path + nibble.toString(16));
  }
  return paths;
}

function isEmpty(part: DigestPart, depth: number, nibble: number): boolean {
  if ("hashes" in part) return part.hashes[nibble]!.every((byte) => byte === 0);
  return !part.leaves.some(({ name }) => nibbleAt(name, depth) === nibble);
}

function differing(a: readonly DigestLeaf[], b: readonly DigestLeaf[]): readonly DifferingCell[] {
  const theirs = new Map(b.map((entry) => [keyOf(entry.name), entry]));
  const cells: DifferingCell[] = [];
  for (const { name, leaf } of a) {
    const other = theirs.get(keyOf(name));
    theirs.delete(keyOf(name));
    if (other === undefined || !equalBytes(leaf, other.leaf))
      cells.push({ name, leaves: [leaf, other?.leaf] });
  }
  for (const { name, leaf } of theirs.values()) cells.push({ name, leaves: [undefined, leaf] });
  return cells;
}
