import { CrdtError, type LogAbandon, missingAdd, type Outline } from "@jarvis-crdt/crdt";
import { flawOf } from "./fork-proof.ts";
import { isCoveredAt } from "./interpreter.ts";
import { LoosePieces } from "./loose-pieces.ts";
import type { Medium } from "./medium.ts";
import type { OpenBatch } from "./open-batch.ts";
import type { SchemaBinding } from "./schema-map.ts";
import type { TransactionRange, Wait } from "./waiting.ts";

/** The schema of rows, or undefined while it is not stored. */
export type Bind = (schema: Uint8Array) => SchemaBinding | undefined;

/**
 * Why a transaction must wait, undefined where it can be interpreted. It is examined before anything of it acts, so
 * that it acts as a whole or not at all. `found` is told what it abandons. Depends on nothing but stored data and this node's schema. O(operations).
 */
export function examine(
  medium: Medium,
  batches: Iterable<OpenBatch>,
  range: TransactionRange,
  bind: Bind,
  found: (abandon: LogAbandon, seq: number) => void = () => {},
): Wait | undefined {
  const pieces = new LoosePieces();
  for (const batch of batches) {
    if (batch.isHollow) return unreadable("a part of the transaction came without its operations");
    const wait = examineBatch(medium, batch, range, bind, pieces, found);
    if (wait !== undefined) return wait;
  }
  return pieces.isEmpty ? undefined : misplacedPieces();
}

function examineBatch(
  medium: Medium,
  batch: OpenBatch,
  range: TransactionRange,
  bind: Bind,
  pieces: LoosePieces,
  found: (abandon: LogAbandon, seq: number) => void,
): Wait | undefined {
  let binding: SchemaBinding | undefined;
  for (let i = 0; i < batch.header.count; i++) {
    const operation = read(batch, i);
    if (typeof operation === "string") return { reason: "unreadable", detail: operation };
    if (!pieces.admits(operation)) return misplacedPieces();
    if (operation.kind === "log.abandon") {
      const flaw = flawOf(operation);
      if (flaw !== undefined) return unreadable(flaw);
      found(operation, batch.header.first + i);
    }
    if (!("table" in operation)) continue;
    binding ??= bind(batch.header.schema);
    if (binding === undefined) return { reason: "unknown-schema", schema: batch.header.schema };
    const misfit = fit(operation, binding);
    if (misfit !== undefined) return misfit;
    if (operation.kind !== "row.set") continue;
    const seq = batch.header.first + i;
    const missing = missingAdd(operation.adds, (add) => isCoveredAt(medium, add, range, seq));
    if (missing !== undefined) return { reason: "missing-operation", dot: missing };
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
