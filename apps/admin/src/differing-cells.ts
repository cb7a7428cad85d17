import { compareTrees, type DigestPart } from "@jarvis-crdt/store";
import type { z } from "zod";
import { cellsDocument, partsDocument } from "./client/documents.ts";
import { postDocument } from "./client/node-client.ts";
import type { Target } from "./client/target.ts";

/** A row, register, counter or element of which two nodes do not hold the same. */
export interface DifferingRow {
  readonly type: string;
  /** Its table or name. */
  readonly object: string;
  /** Uid, log or key, hex. */
  readonly key: string;
  readonly is: "different" | "only on the first" | "only on the second";
}

export interface Differing {
  readonly cells: readonly DifferingRow[];
  readonly more: boolean;
  /** Requests to each node that it took to find them, not counting those that tell what they are called. */
  readonly exchanges: number;
}

/** Finds up to `limit` cells in which two nodes differ, by descending their digests' trees. */
export async function differingCells(first: Target, second: Target, limit: number): Promise<Differing> {
  const ask = async (target: Target, paths: readonly string[]) =>
    (await postDocument(target, "/v1/digest/parts", { paths }, partsDocument)).parts.map(partOf);
  const { cells, more, exchanges } = await compareTrees(
    (paths) => Promise.all([ask(first, paths), ask(second, paths)]),
    limit,
  );
  const known = new Map<string, z.output<typeof cellsDocument>["cells"][number]>();
  for (const [side, target] of [first, second].entries()) {
    const names = cells
      .filter(({ leaves }) => leaves[side] !== undefined)
      .map(({ name }) => hex(name))
      .filter((name) => !known.has(name));
    if (names.length === 0) continue;
    const document = await postDocument(target, "/v1/digest/cells", { names }, cellsDocument);
    for (const cell of document.cells) known.set(cell.name, cell);
  }
  const rows = cells.flatMap(({ name, leaves: [a, b] }): DifferingRow[] => {
    const cell = known.get(hex(name));
    // It has changed meanwhile.
    if (cell === undefined) return [];
    const is = a === undefined ? "only on the second" : b === undefined ? "only on the first" : "different";
    return [{ type: cell.type, object: cell.object, key: cell.key, is }];
  });
  return { cells: rows, more, exchanges };
}

function partOf({ cells, hashes, leaves = [] }: z.output<typeof partsDocument>["parts"][number]): DigestPart {
  if (hashes !== undefined) return { cells, hashes: hashes.map(bytes) };
  return { cells, leaves: leaves.map(({ name, leaf }) => ({ name: bytes(name), leaf: bytes(leaf) })) };
}

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "hex"));
}

function hex(name: Uint8Array): string {
  return Buffer.from(name).toString("hex");
}
