import { CrdtError, type Outline } from "@jarvis-crdt/crdt";
import type { OpenBatch } from "./open-batch.ts";

const uidBytes = 16;

/**
 * The outlines of a batch of nothing but `row.add`, in 32 bytes each: what it takes to interpret a transaction of many
 * batches without unpacking them again.
 */
export class AddedRows {
  readonly #uids: Uint8Array;
  /** 0 for a base value. */
  readonly #stamps: Float64Array;
  readonly #tables: Uint32Array;
  readonly #columns: Uint32Array;

  private constructor(count: number) {
    this.#uids = new Uint8Array(count * uidBytes);
    this.#stamps = new Float64Array(count);
    this.#tables = new Uint32Array(count);
    this.#columns = new Uint32Array(count);
  }

  /** Undefined where the batch holds anything else, values in pieces, or what this version cannot read. O(operations). */
  static of(batch: OpenBatch): AddedRows | undefined {
    const rows = new AddedRows(batch.header.count);
    for (let i = 0; i < batch.header.count; i++) {
      const outline = outlineOf(batch, i);
      if (outline?.kind !== "row.add" || outline.pieced !== undefined) return undefined;
      rows.#uids.set(outline.uid, i * uidBytes);
      rows.#stamps[i] = outline.stamp === "base" ? 0 : outline.stamp;
      rows.#tables[i] = outline.table;
      rows.#columns[i] = outline.columns;
    }
    return rows;
  }

  outline(index: number): Outline {
    return {
      kind: "row.add",
      table: this.#tables[index]!,
      uid: this.#uids.subarray(index * uidBytes, (index + 1) * uidBytes),
      stamp: this.#stamps[index]! || "base",
      columns: this.#columns[index]!,
    };
  }
}

function outlineOf(batch: OpenBatch, index: number): Outline | undefined {
  try {
    return batch.outline(index);
  } catch (error) {
    if (error instanceof CrdtError) return undefined;
    throw error;
  }
}
