import type { Hasher } from "@jarvis-crdt/batch";
import { CellHasher, keyOf, nameBytes, type ObjectRef, type ObjectType } from "@jarvis-crdt/store";
import type { Database, Statement } from "better-sqlite3";
import type { SqlObjects } from "./objects.ts";

/** A cell by the name that it has in the digest's tree. */
export interface NamedCell {
  /** 24 bytes. */
  readonly name: Uint8Array;
  readonly type: ObjectType;
  readonly object: string;
  /** Uid of a row, log of a counter, canonical bytes of an element or key. */
  readonly key: Uint8Array;
}

/** Cells that one step looks at: some 10 ms. */
const step = 2_000;

/** Which cells have these names. A name is a hash, so all cells are looked at; O(cells), in steps between which others work. */
export class NamedCells {
  readonly #objects: SqlObjects;
  readonly #hasher: CellHasher;
  readonly #next: Statement<[number, Uint8Array, number], { object: number; key: Buffer }>;

  constructor(database: Database, objects: SqlObjects, hasher: Hasher) {
    this.#objects = objects;
    this.#hasher = new CellHasher(hasher, () => {
      throw new Error("names of cells need no leaves");
    });
    this.#next = database.prepare(
      "SELECT object, key FROM crdt_cells WHERE (object, key) > (?, ?) ORDER BY object, key LIMIT ?",
    );
  }

  /** Gives what each step found; ends when all are found or everything was looked at. */
  *find(names: readonly Uint8Array[]): Generator<readonly NamedCell[]> {
    const wanted = new Set(names.map((name) => keyOf(name.subarray(0, nameBytes))));
    let [object, key]: [number, Uint8Array] = [0, new Uint8Array(0)];
    while (wanted.size > 0) {
      const cells = this.#next.all(object, key, step);
      const last = cells.at(-1);
      if (last === undefined) return;
      yield cells.flatMap((cell) => this.#wanted(this.#objects.byId(cell.object), cell.key, wanted));
      object = last.object;
      key = last.key;
    }
  }

  #wanted(object: ObjectRef, key: Uint8Array, wanted: Set<string>): readonly NamedCell[] {
    const name = this.#hasher.name(object, key).subarray(0, nameBytes);
    return wanted.delete(keyOf(name)) ? [{ name, type: object.type, object: object.name, key }] : [];
  }
}
