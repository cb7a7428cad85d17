import type { Dot, Entry, Stamp, Uid, Value } from "@jarvis-crdt/crdt";
import type { RowKey, RowView } from "./state.ts";

/** A row's view. Its hint is read when it is asked for: only a row that is inserted needs it, and it is in the log. */
export class ShownRow implements RowView {
  readonly table: string;
  readonly uid: Uid;
  readonly dot: Dot;
  readonly stamp: Stamp;
  readonly values: readonly Value[];
  readonly #hint: () => number | null;

  constructor(
    { table, uid }: RowKey,
    { dot, stamp }: Entry,
    values: readonly Value[],
    hint: () => number | null,
  ) {
    this.table = table;
    this.uid = uid;
    this.dot = dot;
    this.stamp = stamp;
    this.values = values;
    this.#hint = hint;
  }

  get hint(): number | null {
    return this.#hint();
  }
}
