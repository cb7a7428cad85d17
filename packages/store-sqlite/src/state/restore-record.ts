import { type Dot, makeLogId, type Uid, type Value } from "@jarvis-crdt/crdt";
import { type Intent, StoreError } from "@jarvis-crdt/store";
import type { ConflictRecord } from "./conflict-records.ts";
import type { Core } from "./core.ts";
import { jsonOfValue, valueOfJson } from "./value-json.ts";

interface Place {
  readonly node: string;
  readonly incarnation: string;
  readonly seq: number;
}

/** One value that a record keeps, as `conflicts.ts` and `weigh.ts` write it. */
interface Kept extends Partial<Place> {
  /** null where they are too large for a record: the log has them. */
  readonly values?: Readonly<Record<string, unknown>> | null;
  /** The operations that made the row, where it was removed. */
  readonly row?: readonly Place[];
}

interface Details {
  readonly group?: string;
  readonly key?: unknown;
  readonly others?: readonly Kept[];
  readonly lost?: readonly Kept[];
  readonly archive?: Readonly<Record<string, unknown>>;
}

/**
 * The write that brings back the value that a record keeps; the `which`-th, from 0, where it keeps several. A row that was
 * removed since comes back with the values that its author first gave it. Throws `StoreError` `invalid-intent`.
 */
export function intentOfRecord(core: Core, record: ConflictRecord, which: number): Intent {
  const details = record.details as Details;
  const all = details.others ?? details.lost ?? (details.archive ? [{ values: details.archive }] : []);
  if (all.length === 0) throw refusal("the record tells of two rows, and keeps no value that was lost");
  const kept = all[which];
  if (kept === undefined) throw refusal(`the record keeps ${all.length} values, numbered from 1`);
  const values = kept.values ?? fromLog(core, kept, record, details);
  const table = record.name.slice(0, record.name.lastIndexOf("/"));
  if (details.key !== undefined)
    return {
      kind: "keyed.set",
      object: table,
      key: valueOfJson(details.key),
      value: valueOfJson(values.value),
    };
  if (details.group === undefined)
    return { kind: "register.set", object: record.name, value: valueOfJson(values.value) };
  const uid = new Uint8Array(Buffer.from(record.name.slice(table.length + 1), "hex"));
  const groups = core.schema?.tables.find(({ name }) => name === table)?.groups;
  const columns = groups?.find(({ name }) => name === details.group)?.columns;
  if (groups === undefined || columns === undefined)
    throw refusal("the table or its column group is not replicated here any more");
  const restored = (column: string): Value => valueOfJson(values[column] ?? null);
  const object = core.medium.cells.find("table", table);
  if (object !== undefined && core.medium.cells.shortRow(object, uid) !== undefined)
    return { kind: "row.set", table, uid, group: details.group, values: columns.map(restored) };
  const first = firstValues(core, table, kept.row ?? []);
  if (first === undefined) throw refusal("the row was removed, and how it began is not stored here");
  const whole = groups.flatMap((group) => group.columns);
  return addAgain(
    table,
    uid,
    whole.map((column, i) => (columns.includes(column) ? restored(column) : (first[i] ?? null))),
  );
}

/** What a write said that is too large for its record. */
function fromLog(
  core: Core,
  { node, incarnation, seq }: Kept,
  { name }: ConflictRecord,
  { group: groupName }: Details,
): Readonly<Record<string, unknown>> {
  const dot = node && incarnation && seq ? { log: makeLogId(node, incarnation), seq } : undefined;
  const object = core.medium.cells.find("table", name.slice(0, name.lastIndexOf("/")));
  const groups = object && core.engine.ownGroups(object);
  const group = groups?.find(({ part }) => object?.groups[part] === groupName);
  if (dot === undefined || group === undefined || core.medium.open(dot.log, dot.seq) === undefined)
    throw refusal("the value was too large for the record, and its write is not stored here any more");
  const values = core.engine.values.group({ dot, stamp: "base" }, group);
  return Object.fromEntries(group.columns.map((column, i) => [column, jsonOfValue(values[i] ?? null)]));
}

function addAgain(table: string, uid: Uid, values: readonly Value[]): Intent {
  return { kind: "row.add", table, uid, hint: null, values };
}

function firstValues(core: Core, table: string, places: readonly Place[]): readonly Value[] | undefined {
  for (const { node, incarnation, seq } of places) {
    const dot: Dot = { log: makeLogId(node, incarnation), seq };
    const operation = core.medium.open(dot.log, dot.seq)?.of(seq);
    const object = core.medium.cells.find("table", table);
    if (operation?.kind === "row.add" && object !== undefined) return core.engine.values.add(dot).row;
  }
  return undefined;
}

function refusal(message: string): StoreError {
  return new StoreError("invalid-intent", message);
}
