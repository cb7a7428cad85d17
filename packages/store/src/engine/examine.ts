import { CrdtError, type Dot, type LogAbandon, missingAdd, type Outline } from "@jarvis-crdt/crdt";
import { flawOf } from "./fork-proof.ts";
import { LoosePieces } from "./loose-pieces.ts";
import type { OpenBatch } from "./open-batch.ts";
import type { Bind, SchemaBinding } from "./schema-map.ts";
import type { Wait } from "./waiting.ts";

/** An abandonment, and where it is said. */
export interface AbandonAt {
  readonly abandon: LogAbandon;
  readonly by: Dot;
}

/** Whether nothing more is to come of an add that the operation at this sequence names. */
export type IsCovered = (add: Dot, seq: number) => boolean;

export interface Examined {
  /** Why the transaction must wait; undefined where it can be interpreted. */
  readonly wait: Wait | undefined;
  /** What it abandons, as far as it was read. */
  readonly abandons: readonly AbandonAt[];
}

/**
 * Reads a transaction before anything of it acts, so that it acts as a whole or not at all. Depends on nothing but stored data
 * and this node's schema. O(operations).
 */
export function examine(batches: Iterable<OpenBatch>, bind: Bind, isCovered: IsCovered): Examined {
  const pieces = new LoosePieces();
  const abandons: AbandonAt[] = [];
  for (const batch of batches) {
    const wait = batch.isHollow
      ? unreadable("a part of the transaction came without its operations")
      : examineBatch(batch, bind, isCovered, pieces, abandons);
    if (wait !== undefined) return { wait, abandons };
  }
  return { wait: pieces.isEmpty ? undefined : misplacedPieces(), abandons };
}

function examineBatch(
  batch: OpenBatch,
  bind: Bind,
  isCovered: IsCovered,
  pieces: LoosePieces,
  abandons: AbandonAt[],
): Wait | undefined {
  const { log, first, count, schema } = batch.header;
  let binding: SchemaBinding | undefined;
  for (let i = 0; i < count; i++) {
    const seq = first + i;
    const operation = read(batch, i);
    if (typeof operation === "string") return { reason: "unreadable", detail: operation };
    if (!pieces.admits(operation)) return misplacedPieces();
    if (operation.kind === "log.abandon") {
      const flaw = flawOf(operation);
      if (flaw !== undefined) return unreadable(flaw);
      abandons.push({ abandon: operation, by: { log, seq } });
    }
    if (!("table" in operation)) continue;
    binding ??= bind(schema);
    if (binding === undefined) return { reason: "unknown-schema", schema };
    const misfit = fit(operation, binding);
    if (misfit !== undefined) return misfit;
    if (operation.kind !== "row.set") continue;
    const dot = missingAdd(operation.adds, (add) => isCovered(add, seq));
    if (dot !== undefined) return { reason: "missing-operation", dot, abandons: abandons.length > 0 };
  }
  return undefined;
}

function read(batch: OpenBatch, index: number): Outline | string {
  try {
    return batch.outline(index);
  } catch (error) {
    if (error instanceof CrdtError) return error.message;
    throw error;
  }
}

type RowOutline = Extract<Outline, { table: number }>;

function fit(operation: RowOutline, binding: SchemaBinding): Wait | undefined {
  const table = binding.tables[operation.table];
  if (typeof table === "string") return { reason: "other-schema", detail: table };
  if (table === undefined) return unreadable("a row of a table that its schema does not have");
  if (operation.kind === "row.remove") return undefined;
  if (operation.kind === "row.add") {
    if (operation.columns === table.columns) return undefined;
    return unreadable("a row with other columns than its schema");
  }
  const group = table.groups[operation.group];
  if (group === undefined) return unreadable("a row's group that its schema does not have");
  if (operation.columns !== group.columns) {
    return unreadable("a row's group with other columns than its schema");
  }
  return undefined;
}

function misplacedPieces(): Wait {
  return unreadable("pieces of a value that do not stand before the operation that uses them");
}

function unreadable(detail: string): Wait {
  return { reason: "unreadable", detail };
}
