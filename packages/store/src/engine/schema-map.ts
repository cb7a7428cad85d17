import type { Column, Schema, TableSchema } from "@jarvis-crdt/crdt";
import type { ObjectRef } from "./object.ts";

/** How the rows of a batch become rows of this node: by names, because indexes belong to one schema. */
export interface SchemaBinding {
  /** By the table's index in the batch's schema: the binding, or why there is none. */
  readonly tables: readonly (TableBinding | string)[];
}

/** How rows under a schema become rows of this node; undefined while the schema is not stored. */
export type Bind = (schema: Uint8Array) => SchemaBinding | undefined;

/** A table of a batch's schema as this node has it. */
export interface TableBinding {
  readonly object: ObjectRef;
  readonly kind: TableSchema["kind"];
  /** Columns that a `row.add` carries. */
  readonly columns: number;
  /** By the group's index in the batch's schema. */
  readonly groups: readonly GroupBinding[];
  /** For each of this node's groups, in its own order. */
  readonly own: readonly OwnGroup[];
  /** A `row.add` carries exactly this node's columns in this node's order. */
  readonly inOrder: boolean;
}

export interface GroupBinding {
  /** The group's part of the cell. */
  readonly part: number;
  /** Columns that a `row.set` carries. */
  readonly columns: number;
  /** For each own column of the group, its place in a `row.set`; −1 where the author does not know the column. */
  readonly fromSet: readonly number[];
}

/** One of this node's column groups, and where a batch of another schema has its values. */
export interface OwnGroup {
  readonly part: number;
  readonly columns: readonly string[];
  /** For each own column, its place in a `row.add` of the batch's schema, or −1. */
  readonly fromAdd: readonly number[];
}

/**
 * Binds a batch's schema to the node's own. The author may know fewer columns and groups than this node, then the
 * rest is NULL; a column that this node does not have, or has in another group, means that the rows must wait.
 */
export function bindSchema(
  theirs: Schema,
  own: Schema | undefined,
  object: (name: string) => ObjectRef,
): SchemaBinding {
  return {
    tables: theirs.tables.map((table) => {
      const mine = own?.tables.find(({ name }) => name === table.name);
      if (mine === undefined) return `there is no replicated table ${quote(table.name)} here`;
      return bindTable(table, mine, object(table.name));
    }),
  };
}

function bindTable(theirs: TableSchema, mine: TableSchema, object: ObjectRef): TableBinding | string {
  if (theirs.kind !== mine.kind) {
    return `table ${quote(mine.name)} is ${mine.kind} here and ${theirs.kind} for the author`;
  }
  const groups: GroupBinding[] = [];
  for (const group of theirs.groups) {
    const match = mine.groups.find(({ name }) => name === group.name);
    if (match === undefined) return `table ${quote(mine.name)} has no column group ${quote(group.name)} here`;
    const unknown = group.columns.find((column) => !match.columns.includes(column));
    if (unknown !== undefined) {
      return `column ${quote(unknown)} is not in group ${quote(group.name)} of table ${quote(mine.name)} here`;
    }
    groups.push({
      part: object.groups.indexOf(group.name),
      columns: group.columns.length,
      fromSet: match.columns.map((column) => group.columns.indexOf(column)),
    });
  }
  const added = theirs.groups.flatMap(({ columns }) => columns);
  const misplaced = mine.groups.find(
    ({ name, columns }) =>
      !theirs.groups.some((group) => group.name === name) && columns.some((column) => added.includes(column)),
  );
  if (misplaced !== undefined) {
    return `the columns of group ${quote(misplaced.name)} of table ${quote(mine.name)} are grouped otherwise by the author`;
  }
  const own = mine.groups.map(({ name, columns }) => ({
    part: object.groups.indexOf(name),
    columns,
    fromAdd: columns.map((column) => added.indexOf(column)),
  }));
  const places = own.flatMap(({ fromAdd }) => fromAdd);
  const inOrder = places.length === added.length && places.every((place, i) => place === i);
  return { object, kind: mine.kind, columns: added.length, groups, own, inOrder };
}

/** Values in the own order of columns, from those that an operation carries. */
export function pick(values: readonly Column[], places: readonly number[]): readonly Column[] {
  return places.map((place) => (place < 0 ? null : values[place]!));
}

function quote(name: string): string {
  return JSON.stringify(name.slice(0, 80));
}
