import type { Hasher } from "@jarvis-crdt/batch";
import type { Dot, LogId, Uid, Value } from "@jarvis-crdt/crdt";
import type { Engine, ObjectRef, OpenBatch, OwnGroup } from "@jarvis-crdt/store";
import { adoptionUid } from "../archive/adoption-uid.ts";
import { fromInteger, toSql } from "../archive/sql-value.ts";
import type { SqlMedium } from "./medium.ts";
import type { RowKey } from "./state.ts";

/** The columns by which a row of a table is recognised, with their places among the row's values. */
export interface Identification {
  readonly table: string;
  readonly columns: readonly { readonly name: string; readonly index: number }[];
}

export interface SurveyRequest {
  readonly identifications: readonly Identification[];
  /** Where the last page ended; undefined: at the beginning. */
  readonly after: Dot | undefined;
}

/** What became of a row of which the log knows. */
export type Fate = "live" | "evicted" | "dead";

export interface SurveyedRow extends RowKey {
  readonly fate: Fate;
  /** `contentOf` its values as they are, and as they were first where that is something else. */
  readonly contents: readonly Uid[];
}

export interface SurveyPage {
  readonly rows: readonly SurveyedRow[];
  /** Where the page ended; undefined: nothing comes after it. */
  readonly next: Dot | undefined;
}

/** A stretch of the log that takes some ten milliseconds. */
const operationsAtOnce = 1_000;

/**
 * What a row is recognised by where it has lost its uid: a hash of its table and immutable columns, which is the uid
 * that the first of several equal rows would be adopted under. O(bytes).
 */
export function contentOf(hasher: Hasher, { table, columns }: Identification, values: readonly Value[]): Uid {
  const named = columns.map(({ name, index }) => ({ name, value: asStored(values[index] ?? null) }));
  return adoptionUid((parts) => hasher.hash(parts), table, named, 0);
}

/** JSON values, which only a foreign peer puts into a column, as a file holds them. */
function asStored(value: Value): Value {
  if (typeof value === "boolean" || Array.isArray(value)) return stored(value);
  return value !== null && Object.getPrototypeOf(value) === Object.prototype ? stored(value) : value;
}

function stored(value: Value): Value {
  const bound = toSql(value);
  return typeof bound === "bigint" ? fromInteger(bound) : bound;
}

export interface SurveyParts {
  readonly medium: SqlMedium;
  readonly values: Engine["values"];
  readonly binding: Engine["binding"];
  readonly groupsOf: (table: ObjectRef) => readonly OwnGroup[];
  readonly isEvicted: (table: ObjectRef, uid: Uid) => boolean;
  readonly hasher: Hasher;
}

/**
 * One page of all rows that the log ever added, in its order, because there a row's values are neighbours. A live row
 * comes once, with its first live add; a dead one with each of its adds.
 */
export function survey(parts: SurveyParts, { identifications, after }: SurveyRequest): SurveyPage {
  const logs = [...parts.medium.logs()].map(({ id, seq }) => ({ id, seq }));
  logs.sort((a, b) => (a.id < b.id ? -1 : 1));
  const wanted = new Map(identifications.map((one) => [one.table, one]));
  const rows: SurveyedRow[] = [];
  let operations = 0;
  for (const { id, seq } of logs) {
    if (after !== undefined && id < after.log) continue;
    for (let at = after?.log === id ? after.seq + 1 : 1; at <= seq; ) {
      const batch = parts.medium.open(id, at);
      if (batch === undefined) throw new Error(`operation ${at} of ${id} is not stored`);
      if (!batch.isHollow) rows.push(...rowsOf(parts, batch, id, wanted));
      operations += batch.header.count;
      at = batch.last + 1;
      if (operations >= operationsAtOnce) return { rows, next: { log: id, seq: batch.last } };
    }
  }
  return { rows, next: undefined };
}

function* rowsOf(
  parts: SurveyParts,
  batch: OpenBatch,
  log: LogId,
  wanted: ReadonlyMap<string, Identification>,
): Iterable<SurveyedRow> {
  const { medium, values } = parts;
  const { first, count, schema } = batch.header;
  const tables = parts.binding(schema)?.tables ?? [];
  for (let i = 0; i < count; i++) {
    const operation = batch.outline(i);
    if (operation.kind !== "row.add") continue;
    const binding = tables[operation.table];
    if (binding === undefined || typeof binding === "string") continue;
    const { object } = binding;
    const identification = wanted.get(object.name);
    if (identification === undefined || medium.isWaiting(log, first + i)) continue;
    const { uid } = operation;
    const short = medium.cells.shortRow(object, uid);
    if (short !== undefined && (short.dot.log !== log || short.dot.seq !== first + i)) continue;
    const initial = contentOf(parts.hasher, identification, values.add({ log, seq: first + i }).row);
    const contents = [initial];
    if (short?.cell !== undefined) {
      const row = values.row(short.cell, parts.groupsOf(object));
      const current = contentOf(parts.hasher, identification, row);
      if (Buffer.compare(current, initial) !== 0) contents.unshift(current);
    }
    const fate = short === undefined ? "dead" : parts.isEvicted(object, uid) ? "evicted" : "live";
    yield { table: object.name, uid, fate, contents };
  }
}
