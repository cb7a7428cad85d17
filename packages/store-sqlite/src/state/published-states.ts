import {
  counterValue,
  decodeLogId,
  decodeValue,
  nodeOf,
  RawText,
  Real,
  type Value,
  winner,
} from "@jarvis-crdt/crdt";
import {
  isReserved,
  type ObjectRef,
  type ObjectType,
  partMark,
  registerKey,
  type ValueReader,
} from "@jarvis-crdt/store";
import type { Database } from "better-sqlite3";
import type { SqlCells } from "./cells.ts";
import type { SqlMeta } from "./meta.ts";
import type { SqlObjects } from "./objects.ts";

const typeNames: Record<ObjectType, string> = {
  counter: "pn_counter",
  register: "lww_register",
  set: "or_set",
  keyed: "lww_map",
  table: "table",
};

/** Objects that are remembered as changed; beyond this all are written anew. */
const rememberedObjects = 10_000;
/** Elements of a set that its text shows. */
const shownElements = 1000;

/**
 * The plan's table `crdt_states` (section 4.2): named objects as JSON, for people and other programs who read the file.
 * It is written when there is time, because a text of all elements would cost O(elements) per operation; nothing here
 * reads it.
 */
export class PublishedStates {
  readonly #database: Database;
  readonly #meta: SqlMeta;
  readonly #objects: SqlObjects;
  readonly #cells: SqlCells;
  readonly #changed = new Set<number>();
  /** Changes of an earlier process were not written, or there are too many to remember. */
  #all: boolean;

  constructor(database: Database, meta: SqlMeta, objects: SqlObjects, cells: SqlCells) {
    this.#database = database;
    this.#meta = meta;
    this.#objects = objects;
    this.#cells = cells;
    this.#all = meta.text("states") !== "current";
  }

  changed(object: ObjectRef): void {
    if (this.#all) return;
    if (this.#changed.size === 0) this.#meta.delete("states");
    this.#changed.add(object.id);
    if (this.#changed.size > rememberedObjects) this.reload();
  }

  /** After a transaction was rolled back, and where too much has changed. */
  reload(): void {
    this.#all = this.#all || this.#changed.size > 0;
    this.#changed.clear();
  }

  /** Writes what has changed. Inside a transaction. O(cells of the changed objects). */
  publish(values: ValueReader, at: string): void {
    if (!this.#all && this.#changed.size === 0) return;
    const ids = this.#all
      ? this.#database.prepare<[], number>("SELECT id FROM crdt_objects").pluck().all()
      : this.#changed;
    const put = this.#database.prepare(
      `INSERT INTO crdt_states(crdt_name, crdt_type, state_data, last_updated, version) VALUES (?, ?, ?, ?, 1)
       ON CONFLICT(crdt_name) DO UPDATE SET crdt_type = excluded.crdt_type, state_data = excluded.state_data,
         last_updated = excluded.last_updated, version = version + 1 WHERE state_data <> excluded.state_data`,
    );
    for (const id of ids) {
      const object = this.#objects.byId(id);
      if (isReserved(object.name)) continue;
      put.run(
        this.#nameOf(object).replaceAll(partMark, "/"),
        typeNames[object.type],
        JSON.stringify(this.#stateOf(object, values)),
        at,
      );
    }
    this.#changed.clear();
    this.#all = false;
    this.#meta.set("states", "current");
  }

  /** Names are unique in the plan's table; here objects of different type may share one. */
  #nameOf({ type, name }: ObjectRef): string {
    const taken = this.#database
      .prepare<[string, string], number>(
        "SELECT 1 FROM crdt_states WHERE crdt_name = ? AND crdt_type <> ? LIMIT 1",
      )
      .pluck()
      .get(name, typeNames[type]);
    return taken === undefined ? name : `${name} (${type})`;
  }

  #stateOf(object: ObjectRef, values: ValueReader): object {
    switch (object.type) {
      case "counter": {
        const cells = this.#cells.countersByLog(object);
        const nodes: { [node: string]: number } = {};
        for (const [key, { sum }] of cells) {
          const node = nodeOf(decodeLogId(key));
          nodes[node] = (nodes[node] ?? 0) + sum;
        }
        return { value: counterValue(cells.map(([, cell]) => cell)), nodes };
      }
      case "register": {
        const cell = this.#cells.register(object, registerKey);
        if (cell === undefined) return { value: null, siblings: 0 };
        return { value: toJson(values.register(winner(cell))), siblings: cell.length };
      }
      case "set": {
        const keys = this.#cells.keys(object, shownElements);
        return {
          size: this.#objects.sizeOf(object),
          values: keys.map((key) => toJson(decodeValue(key))),
        };
      }
      case "keyed": {
        const entries = this.#cells.keys(object, shownElements).map((key) => {
          const cell = this.#cells.register(object, key)!;
          return [toJson(decodeValue(key)), toJson(values.register(winner(cell)))];
        });
        return { size: this.#objects.sizeOf(object), entries };
      }
      case "table":
        return { rows: this.#objects.sizeOf(object) };
    }
  }
}

/** JSON keeps neither large integers nor bytes: they are objects with one key. */
function toJson(value: Value): unknown {
  if (typeof value === "bigint") return { $int: value.toString() };
  if (typeof value === "number" && !Number.isFinite(value)) return { $real: String(value) };
  if (value instanceof Real) return toJson(value.value);
  if (value instanceof RawText) return { $bytes: Buffer.from(value.bytes).toString("base64"), text: true };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString("base64"), text: false };
  if (Array.isArray(value)) return value.map((one: Value) => toJson(one));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, toJson(one as Value)]));
  }
  return value;
}
