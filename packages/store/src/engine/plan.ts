import {
  checkIncrement,
  counterValue,
  type EncodedRowAdd,
  EncodedValues,
  encodeElement,
  encodeLogId,
  type LogId,
  liveDots,
  logIdBytes,
  type Operation,
  type RowCell,
  type Schema,
  type Stamp,
  type TableSchema,
  type Uid,
  uidBytes,
} from "@jarvis-crdt/crdt";
import { StoreError } from "../error.ts";
import type { CapturedIntent } from "../store.ts";
import type { Cells } from "./cells.ts";
import type { ObjectRef } from "./object.ts";
import { registerKey } from "./register-cell.ts";

/** What an author sees of a row when he writes it: its cell, or what his copy of it shows. */
export type SeenRow = (table: ObjectRef, uid: Uid) => RowCell | undefined;

interface OwnTable {
  readonly index: number;
  readonly schema: TableSchema;
  readonly object: ObjectRef;
  readonly columns: number;
}

/** Turns intents into operations, by naming the dots that their author sees at that moment. */
export class Planner {
  readonly #cells: Cells;
  readonly #tables = new Map<string, OwnTable>();

  constructor(cells: Cells, schema: Schema | undefined) {
    this.#cells = cells;
    for (const [index, table] of (schema?.tables ?? []).entries()) {
      const object = cells.object(
        "table",
        table.name,
        table.groups.map(({ name }) => name),
      );
      const columns = table.groups.reduce((sum, group) => sum + group.columns.length, 0);
      this.#tables.set(table.name, { index, schema: table, object, columns });
    }
  }

  /** Undefined where the intent has no effect: what it removes or changes is not there. Throws `StoreError`. */
  plan(
    intent: CapturedIntent,
    stamp: Stamp,
    log: LogId,
    seen: SeenRow,
  ): Operation | EncodedRowAdd | undefined {
    const cells = this.#cells;
    switch (intent.kind) {
      case "counter.add": {
        const object = cells.object("counter", intent.object);
        checkIncrement(cells.counter(object, log), counterValue(cells.counters(object)), intent.by);
        return { kind: "counter.add", stamp, object: intent.object, by: intent.by };
      }
      case "register.set": {
        const cell = cells.register(cells.object("register", intent.object), registerKey) ?? [];
        const dots = cell.map(({ dot }) => dot);
        return { kind: "register.set", stamp, object: intent.object, value: intent.value, seen: dots };
      }
      case "keyed.set": {
        const { object, key, value } = intent;
        const cell = cells.register(cells.object("keyed", object), encodeElement(key)) ?? [];
        return { kind: "keyed.set", stamp, object, key, value, seen: cell.map(({ dot }) => dot) };
      }
      case "keyed.remove": {
        const { object, key } = intent;
        const known = cells.find("keyed", object);
        const cell = known && cells.register(known, encodeElement(key));
        return cell && { kind: "keyed.remove", stamp, object, key, seen: cell.map(({ dot }) => dot) };
      }
      case "keyed.append": {
        const { object, value } = intent;
        return { kind: "keyed.set", stamp, object, key: appendKey(stamp, log), value, seen: [] };
      }
      case "set.add": {
        const object = cells.object("set", intent.object);
        const dots = cells.element(object, encodeElement(intent.element)) ?? [];
        return { kind: "set.add", stamp, object: intent.object, element: intent.element, seen: dots };
      }
      case "set.remove": {
        const object = cells.find("set", intent.object);
        const dots = object && cells.element(object, encodeElement(intent.element));
        if (dots === undefined) return undefined;
        return { kind: "set.remove", stamp, object: intent.object, element: intent.element, seen: dots };
      }
      case "row.add": {
        const { index, columns } = this.#table(intent.table, intent.uid);
        checkColumns(intent.values.length, columns, intent.table);
        const { uid, hint, values } = intent;
        const add = {
          kind: "row.add",
          stamp: intent.base ? "base" : stamp,
          table: index,
          uid,
          hint,
        } as const;
        return values instanceof EncodedValues ? { ...add, values } : { ...add, values };
      }
      case "row.set": {
        const { index, schema, object } = this.#changeable(intent.table, intent.uid);
        const at = schema.groups.findIndex(({ name }) => name === intent.group);
        const group = schema.groups[at];
        if (group === undefined) {
          throw new StoreError("unknown-group", `table ${intent.table} has no such column group`);
        }
        checkColumns(intent.values.length, group.columns.length, intent.table);
        const cell = seen(object, intent.uid);
        if (cell === undefined) return undefined;
        const entries = cell.groups[object.groups.indexOf(group.name)] ?? [];
        return {
          kind: "row.set",
          stamp,
          table: index,
          uid: intent.uid,
          group: at,
          adds: cell.adds,
          seen: entries.map(({ dot }) => dot),
          values: intent.values,
        };
      }
      case "row.remove": {
        const { index, object } = this.#changeable(intent.table, intent.uid);
        const cell = seen(object, intent.uid);
        if (cell === undefined) return undefined;
        return { kind: "row.remove", stamp, table: index, uid: intent.uid, adds: liveDots(cell) };
      }
    }
  }

  #table(name: string, uid: Uid): OwnTable {
    const table = this.#tables.get(name);
    if (table === undefined) throw new StoreError("unknown-table", "the table is not replicated here");
    if (uid.length !== uidBytes) throw new StoreError("invalid-intent", `a uid has ${uidBytes} bytes`);
    return table;
  }

  #changeable(name: string, uid: Uid): OwnTable {
    const table = this.#table(name, uid);
    if (table.schema.kind === "grow-only") {
      throw new StoreError("grow-only", `rows of ${name} are only added, never changed or removed`);
    }
    return table;
  }
}

/** Sorts by time, then author: one log never stamps two operations alike. */
function appendKey(stamp: Stamp, log: LogId): Uint8Array {
  const key = new Uint8Array(8 + logIdBytes);
  new DataView(key.buffer).setBigUint64(0, BigInt(stamp === "base" ? 0 : stamp));
  key.set(encodeLogId(log), 8);
  return key;
}

function checkColumns(given: number, expected: number, table: string): void {
  if (given === expected) return;
  throw new StoreError("invalid-intent", `${given} values for ${expected} columns of ${table}`);
}
