import {
  type Dot,
  type Entry,
  encodeRowValues,
  encodeValue,
  type Operation,
  type RowCell,
  type RowEntry,
  sameDot,
  type Value,
  winner,
} from "@jarvis-crdt/crdt";
import { equalBytes } from "./bytes.ts";
import type { Medium } from "./medium.ts";
import type { OpenBatch } from "./open-batch.ts";
import { type OwnGroup, pick, type SchemaBinding, type TableBinding } from "./schema-map.ts";

/** Reads the values that cells refer to, from the batches that hold them, in this node's own order of columns. */
export class ValueReader {
  readonly #medium: Pick<Medium, "open">;
  readonly #bind: (schema: Uint8Array) => SchemaBinding | undefined;

  constructor(medium: Pick<Medium, "open">, bind: (schema: Uint8Array) => SchemaBinding | undefined) {
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
    return { hint, row: inOrder ? values : own.flatMap(({ fromAdd }) => pick(values, fromAdd)) };
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

  /** The same, with `shown` for the groups of which the winner is still that of `prior`. */
  changedRow(
    cell: RowCell,
    prior: RowCell,
    shown: readonly Value[],
    groups: readonly OwnGroup[],
  ): readonly Value[] {
    const values: Value[] = [];
    for (const group of groups) {
      const entry = winner(cell.groups[group.part] ?? []);
      const before = winner(prior.groups[group.part] ?? []);
      const start = values.length;
      if (entry === undefined) for (const _ of group.columns) values.push(null);
      else if (before !== undefined && sameDot(entry.dot, before.dot)) {
        for (let i = 0; i < group.columns.length; i++) values.push(shown[start + i]!);
      } else for (const value of this.group(entry, group)) values.push(value);
    }
    return values;
  }

  /** Whether entries of one group hold different values. */
  differ(entries: readonly RowEntry[], group: OwnGroup): boolean {
    return differ(entries.map((entry) => encodeRowValues(this.group(entry, group))));
  }

  registersDiffer(entries: readonly Entry[]): boolean {
    return differ(entries.map((entry) => encodeValue(this.register(entry))));
  }

  #groupOf(batch: OpenBatch, operation: Operation, group: OwnGroup, dot: Dot): readonly Value[] {
    if (operation.kind !== "row.add" && operation.kind !== "row.set") throw misplaced(dot);
    const table = this.#table(batch, operation.table);
    if (operation.kind === "row.set") {
      return pick(operation.values, table.groups[operation.group]!.fromSet);
    }
    const own = table.own.find(({ part }) => part === group.part);
    return own === undefined ? group.columns.map(() => null) : pick(operation.values, own.fromAdd);
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

function differ(encoded: readonly Uint8Array[]): boolean {
  const first = encoded[0];
  return first !== undefined && encoded.some((one) => !equalBytes(one, first));
}

function misplaced(dot: Dot): Error {
  return new Error(`a cell refers to ${dot.log}/${dot.seq}, which is an operation of another kind`);
}
