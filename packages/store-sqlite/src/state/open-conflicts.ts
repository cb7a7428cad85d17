import type { Hasher } from "@jarvis-crdt/batch";
import {
  type Dot,
  decodeValue,
  type Entry,
  encodeLogId,
  type RowEntry,
  type Stamp,
  type Uid,
  type Value,
  winner,
} from "@jarvis-crdt/crdt";
import { type Engine, type Intent, type ObjectRef, StoreError } from "@jarvis-crdt/store";
import type { Database } from "better-sqlite3";
import { wholeRow } from "./conflicts.ts";
import type { SqlMedium } from "./medium.ts";

/** One of several concurrent writes. */
export interface Sibling {
  readonly dot: Dot;
  readonly stamp: Stamp;
  /** By column; a register has one, `value`. */
  readonly values: ReadonlyMap<string, Value>;
}

/** Where a conflict stands in this file; only `OpenConflicts` looks inside. */
export interface ConflictPlace {
  readonly object: number;
  readonly key: Uint8Array;
  readonly part: number;
}

/** A cell that holds concurrent writes whose values differ, or a row that the archive cannot show beside another. */
export interface OpenConflict {
  /** Sixteen bytes: a hash of object, key, group and dots, equal on every node that has the same siblings. */
  readonly id: Uint8Array;
  readonly place: ConflictPlace;
  readonly type: "table" | "register" | "keyed";
  /** Name of the table, register or keyed registers. */
  readonly object: string;
  /** Of a row. */
  readonly uid: Uid | undefined;
  /** Under which key, of keyed registers. */
  readonly key: Value | undefined;
  /** The column group; undefined for a whole row, and for what is no row. */
  readonly group: string | undefined;
  readonly rule: "last-writer-wins" | "first-row-wins";
  /** Which operations, the shown one first. */
  readonly dots: readonly { readonly dot: Dot; readonly stamp: Stamp }[];
}

const domain = new TextEncoder().encode("crdtsync/1 conflict\0");
const idBytes = 16;

export interface OpenConflictsParts {
  readonly database: Database;
  readonly medium: SqlMedium;
  readonly engine: () => Pick<Engine, "ownGroups" | "values">;
  readonly hasher: Hasher;
}

/** The open conflicts of a state file, for the people who look after it. Changes nothing. */
export class OpenConflicts {
  readonly #parts: OpenConflictsParts;

  constructor(parts: OpenConflictsParts) {
    this.#parts = parts;
  }

  /** The next ones in a fixed order, and whether there may be more. O(limit). */
  page(after: ConflictPlace | undefined, limit: number): readonly OpenConflict[] {
    const { object, key, part } = after ?? { object: 0, key: new Uint8Array(0), part: 0 };
    return this.#parts.database
      .prepare<[number, Uint8Array, number, number], ConflictPlace>(
        `SELECT object, key, part FROM crdt_siblings WHERE differ = 1 AND (object, key, part) > (?, ?, ?)
         ORDER BY object, key, part LIMIT ?`,
      )
      .all(object, key, part, limit)
      .flatMap((place) => this.at(place) ?? []);
  }

  /** The conflict that stands there now. */
  at(place: ConflictPlace): OpenConflict | undefined {
    const object = this.#parts.medium.objects.byId(place.object);
    const entries = this.#entries(object, place);
    if (entries === undefined) return undefined;
    const best = winner(entries);
    const sorted = [...entries].sort((a, b) => compareDots(a.dot, b.dot));
    const group = object.groups[place.part];
    return {
      id: this.#idOf(object, place, group, sorted),
      place,
      type: object.type as "table" | "register" | "keyed",
      object: object.name,
      uid: object.type === "table" ? place.key : undefined,
      key: object.type === "keyed" ? decodeValue(place.key) : undefined,
      group,
      rule: place.part === wholeRow ? "first-row-wins" : "last-writer-wins",
      dots: [best!, ...sorted.filter((entry) => entry !== best)].map(({ dot, stamp }) => ({ dot, stamp })),
    };
  }

  /** What its siblings say, the shown one first; none for a whole row. */
  siblings({ place, dots }: OpenConflict): readonly Sibling[] {
    const object = this.#parts.medium.objects.byId(place.object);
    const { values, ownGroups } = this.#values();
    if (object.type !== "table")
      return dots.map((entry) => ({ ...entry, values: new Map([["value", values.register(entry)]]) }));
    const group = ownGroups(object)?.find(({ part }) => part === place.part);
    if (group === undefined) return [];
    return dots.map((entry) => {
      const read = values.group(entry, group);
      return { ...entry, values: new Map(group.columns.map((column, i) => [column, read[i] ?? null])) };
    });
  }

  /** The write that closes the conflict in favour of a sibling. Throws `StoreError` `invalid-intent`. */
  intent(conflict: OpenConflict, sibling: Sibling): Intent {
    const { object, uid, key, group, type } = conflict;
    const values = [...sibling.values.values()];
    if (type === "register") return { kind: "register.set", object, value: values[0] ?? null };
    if (type === "keyed") return { kind: "keyed.set", object, key: key ?? null, value: values[0] ?? null };
    if (uid === undefined || group === undefined)
      throw new StoreError(
        "invalid-intent",
        "two rows claim a value that the file accepts once: change it in one of them, and both are shown",
      );
    return { kind: "row.set", table: object, uid, group, values };
  }

  #entries(object: ObjectRef, { key, part }: ConflictPlace): readonly Entry[] | undefined {
    const { cells } = this.#parts.medium;
    if (object.type !== "table") return cells.register(object, key);
    if (part !== wholeRow) return cells.row(object, key)?.groups[part];
    const row = cells.shortRow(object, key);
    return row && [{ dot: row.dot, stamp: row.stamp }];
  }

  #values(): { values: Engine["values"]; ownGroups: Engine["ownGroups"] } {
    const engine = this.#parts.engine();
    return { values: engine.values, ownGroups: (table) => engine.ownGroups(table) };
  }

  #idOf(
    object: ObjectRef,
    { key }: ConflictPlace,
    group: string | undefined,
    sorted: readonly Pick<RowEntry, "dot">[],
  ): Uint8Array {
    const text = new TextEncoder();
    const named = text.encode(JSON.stringify([object.type, object.name, group ?? null]));
    const dots = sorted.flatMap(({ dot }) => [encodeLogId(dot.log), text.encode(`${dot.seq} `)]);
    return this.#parts.hasher.hash([domain, named, key, ...dots]).slice(0, idBytes);
  }
}

function compareDots(a: Dot, b: Dot): number {
  return a.log === b.log ? a.seq - b.seq : a.log < b.log ? -1 : 1;
}
