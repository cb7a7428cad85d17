import {
  type Column,
  type Dot,
  type Entry,
  encodeRowValues,
  encodeValue,
  joinPieces,
  type LogId,
  type Operation,
  Pieced,
  pieceCount,
  type RowCell,
  type RowEntry,
  sameDot,
  type Value,
  winner,
} from "@jarvis-crdt/crdt";
import { equalBytes } from "./bytes.ts";
import type { Medium } from "./medium.ts";
import type { OpenBatch } from "./open-batch.ts";
import { type Bind, type OwnGroup, pick, type TableBinding } from "./schema-map.ts";

/** Reads the values that cells refer to, from the batches that hold them, in this node's own order of columns. */
export class ValueReader {
  readonly #medium: Pick<Medium, "open">;
  readonly #bind: Bind;

  constructor(medium: Pick<Medium, "open">, bind: Bind) {
    this.#medium = medium;
    this.#bind = bind;
  }

  operation(dot: Dot): Operation {
    return this.#open(dot).of(dot.seq);
  }

  register(entry: Entry): Value {
    const operation = this.operation(entry.dot);
    if (operation.kind !== "register.set" && operation.kind !== "keyed.set") throw misplaced(entry.dot);
    return operation.value;
  }

  /** Values of one group as this entry wrote them. */
  group(entry: Entry, group: OwnGroup): readonly Value[] {
    const batch = this.#open(entry.dot);
    return this.#groupOf(batch, batch.of(entry.dot.seq), group, entry.dot);
  }

  /** What a `row.add` says of its row: its hint, and all groups' columns in order. */
  add(dot: Dot): { readonly hint: number | null; readonly row: readonly Value[] } {
    const batch = this.#open(dot);
    const operation = batch.of(dot.seq);
    if (operation.kind !== "row.add") throw misplaced(dot);
    const { hint, values } = operation;
    const { inOrder, own } = this.#table(batch, operation.table);
    const row = inOrder ? values : own.flatMap(({ fromAdd }) => pick(values, fromAdd));
    return { hint, row: this.#whole(dot, row, values) };
  }

  /** All groups' columns in order, the winner of each group; NULL for a group that no author of the row knew. */
  row(cell: RowCell, groups: readonly OwnGroup[]): Value[] {
    const values: Value[] = [];
    for (const group of groups) {
      const entry = winner(cell.groups[group.part] ?? []);
      if (entry === undefined) for (const _ of group.columns) values.push(null);
      else for (const value of this.group(entry, group)) values.push(value);
    }
    return values;
  }

  /** The same, with undefined for the columns of groups of which the winner is still that of `prior`. */
  changes(cell: RowCell, prior: RowCell, groups: readonly OwnGroup[]): (Value | undefined)[] {
    const values: (Value | undefined)[] = [];
    for (const group of groups) {
      const entry = winner(cell.groups[group.part] ?? []);
      const before = winner(prior.groups[group.part] ?? []);
      const isSame =
        entry === undefined || before === undefined ? entry === before : sameDot(entry.dot, before.dot);
      if (isSame) for (const _ of group.columns) values.push(undefined);
      else if (entry === undefined) for (const _ of group.columns) values.push(null);
      else for (const value of this.group(entry, group)) values.push(value);
    }
    return values;
  }

  /** Whether entries of one group hold different values. */
  differ(entries: readonly RowEntry[], group: OwnGroup): boolean {
    return differ(entries, (entry) => encodeRowValues(this.group(entry, group)));
  }

  registersDiffer(entries: readonly Entry[]): boolean {
    return differ(entries, (entry) => encodeValue(this.register(entry)));
  }

  #groupOf(batch: OpenBatch, operation: Operation, group: OwnGroup, dot: Dot): readonly Value[] {
    if (operation.kind !== "row.add" && operation.kind !== "row.set") throw misplaced(dot);
    const table = this.#table(batch, operation.table);
    const { values } = operation;
    const places =
      operation.kind === "row.set"
        ? table.groups[operation.group]!.fromSet
        : table.own.find(({ part }) => part === group.part)?.fromAdd;
    if (places === undefined) return group.columns.map(() => null);
    return this.#whole(dot, pick(values, places), values);
  }

  /** Puts together the picked values of an operation that stand in pieces; `all` are the values that it carries. */
  #whole(dot: Dot, picked: readonly Column[], all: readonly Column[]): readonly Value[] {
    if (!picked.some((column) => column instanceof Pieced)) return picked as readonly Value[];
    const places = placesOfPieces(dot.seq, all);
    return picked.map((column) =>
      column instanceof Pieced ? this.#join(dot.log, places.get(column)!, column) : column,
    );
  }

  #join(log: LogId, first: number, { form, length }: Pieced): Value {
    const bytes = new Uint8Array(length);
    for (let seq = first, at = 0; at < length; seq++) {
      const piece = this.#open({ log, seq }).piece(seq);
      bytes.set(piece, at);
      at += piece.length;
    }
    return joinPieces(form, bytes);
  }

  #table(batch: OpenBatch, index: number): TableBinding {
    const table = this.#bind(batch.header.schema)?.tables[index];
    if (table === undefined || typeof table === "string") throw new Error("an interpreted row has no table");
    return table;
  }

  #open(dot: Dot): OpenBatch {
    const batch = this.#medium.open(dot.log, dot.seq);
    if (batch === undefined) throw new Error(`a cell refers to ${dot.log}/${dot.seq}, which is not stored`);
    return batch;
  }
}

/** One after the other: each may be a large row. */
function differ<One>([first, ...others]: readonly One[], encode: (one: One) => Uint8Array): boolean {
  if (first === undefined) return false;
  const encoded = encode(first);
  return others.some((one) => !equalBytes(encode(one), encoded));
}

/** Sequence of the first piece of each value in pieces, which stand right before the operation that carries them. */
function placesOfPieces(seq: number, values: readonly Column[]): ReadonlyMap<Pieced, number> {
  const pieced = values.filter((column) => column instanceof Pieced);
  let at = seq - pieced.reduce((sum, { length }) => sum + pieceCount(length), 0);
  const places = new Map<Pieced, number>();
  for (const one of pieced) {
    places.set(one, at);
    at += pieceCount(one.length);
  }
  return places;
}

function misplaced(dot: Dot): Error {
  return new Error(`a cell refers to ${dot.log}/${dot.seq}, which is an operation of another kind`);
}
