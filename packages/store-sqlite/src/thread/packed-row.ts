import type { Dot, OpenRowAdd, RowSlots, Stamp, Uid, Value } from "@jarvis-crdt/crdt";
import type { RowView } from "../state/state.ts";

/** A row as a packed batch adds it; nothing is decoded that nobody asks for. */
export class PackedRow implements RowView {
  readonly table: string;
  readonly uid: Uid;
  readonly dot: Dot;
  readonly stamp: Stamp;
  readonly hint: number | null;
  readonly slots: RowSlots;
  #values: readonly Value[] | undefined;

  constructor(table: string, dot: Dot, { uid, stamp, hint, slots }: OpenRowAdd) {
    this.table = table;
    this.uid = uid;
    this.dot = dot;
    this.stamp = stamp;
    this.hint = hint;
    this.slots = slots;
  }

  get values(): readonly Value[] {
    this.#values ??= this.slots.values();
    return this.#values;
  }
}
