import { incarnationOf, type LogId, nodeOf, type Value } from "@jarvis-crdt/crdt";
import type { RowView } from "../state/state.ts";
import { uidText } from "../uid.ts";
import type { SqlValue } from "./sql-value.ts";
import { stampColumns, type Table } from "./table.ts";

/**
 * What to bind for the six columns of the plan (`stampColumns`, `stampPlaces`): a row's CRDT type, its author, the dot
 * that added it, its time (0 for an adopted row), its uid, and notes.
 */
export function stampOf(table: Table, view: RowView): readonly SqlValue[] {
  const { log, seq } = view.dot;
  const author = authorOf(log);
  const base = view.stamp === "base";
  return [
    typeOf(table, view),
    author.node,
    `${author.clock}${seq}}`,
    BigInt(base ? 0 : view.stamp),
    view.uid,
    notes(base),
  ];
}

/**
 * The same with what all rows of one author have in common in the statement itself: to be bound are `typeOf`, the
 * sequence, the time and the uid.
 */
export function authorsStampPlaces(log: LogId, base: boolean): readonly string[] {
  const { node, clock } = authorOf(log);
  return [
    "?",
    literal(node),
    `${literal(clock)}||CAST(? AS INTEGER)||'}'`,
    "CAST(? AS INTEGER)",
    "lower(hex(?))",
    literal(notes(base)),
  ];
}

export function typeOf(table: Table, view: RowView): string {
  const { slots } = view;
  const at = slots ? (index: number) => slots.at(index) : (index: number) => view.values[index] ?? null;
  return table.mapping.typeOf(new RowColumns(table.columns, at));
}

function notes(base: boolean): string {
  return base ? '{"adopted":true}' : "{}";
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The places of the six values in a statement; SQLite writes the uid as text faster than JavaScript does. */
export const stampPlaces = stampColumns.map((name) => (name === "crdt_operation_id" ? "lower(hex(?))" : "?"));

/** Whether the columns of a row, as read, are what `stamp` would make them. */
export function isStamped(row: readonly SqlValue[], stamp: readonly SqlValue[]): boolean {
  return stamp.every((value, i) => row[i] === (value instanceof Uint8Array ? uidText(value) : value));
}

interface Author {
  readonly node: string;
  /** The beginning of the dot as JSON. */
  readonly clock: string;
}

let last: { readonly log: LogId; readonly author: Author } | undefined;

/** Rows come in runs of one author. */
function authorOf(log: LogId): Author {
  if (last?.log === log) return last.author;
  const node = nodeOf(log);
  const author = { node, clock: `{"node":"${node}","incarnation":"${incarnationOf(log)}","seq":` };
  last = { log, author };
  return author;
}

/** A row's values by column name, each read when it is asked for. */
class RowColumns implements ReadonlyMap<string, Value> {
  readonly #names: readonly string[];
  readonly #at: (index: number) => Value;

  constructor(names: readonly string[], at: (index: number) => Value) {
    this.#names = names;
    this.#at = at;
  }

  get size(): number {
    return this.#names.length;
  }

  get(name: string): Value | undefined {
    const index = this.#names.indexOf(name);
    return index < 0 ? undefined : this.#at(index);
  }

  has(name: string): boolean {
    return this.#names.includes(name);
  }

  forEach(callback: (value: Value, key: string, map: ReadonlyMap<string, Value>) => void): void {
    for (const [name, value] of this) callback(value, name, this);
  }

  *entries(): MapIterator<[string, Value]> {
    for (const [i, name] of this.#names.entries()) yield [name, this.#at(i)];
  }

  keys(): MapIterator<string> {
    return this.#names.values();
  }

  *values(): MapIterator<Value> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[string, Value]> {
    return this.entries();
  }
}
