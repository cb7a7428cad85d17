import { type ObjectName, type ObjectRef, type ObjectType, partMark } from "@jarvis-crdt/store";
import type { Database, Statement } from "better-sqlite3";

interface Known {
  readonly ref: ObjectRef & { readonly groups: string[] };
  /** Live cells. */
  cells: number;
  dirty: boolean;
}

/** The character after the mark: a name with it sorts after all parts of the name before. */
const afterMark = String.fromCharCode(partMark.charCodeAt(0) + 1);

/** Named objects kept in memory. Peers choose how many there are; tables are always kept. */
const keptObjects = 4096;

/** The objects of a file by type and name, each with the number of its live cells. */
export class SqlObjects {
  readonly #database: Database;
  readonly #byName = new Map<string, Known>();
  readonly #byId = new Map<number, Known>();
  readonly #dirty: Known[] = [];
  readonly #totals: Statement<[], { rows: number | null; cells: number | null }>;
  readonly #update: Statement;

  constructor(database: Database) {
    this.#database = database;
    this.#totals = database.prepare(
      "SELECT sum(cells) FILTER (WHERE type = 'table') AS rows, sum(cells) AS cells FROM crdt_objects",
    );
    this.#update = database.prepare("UPDATE crdt_objects SET cells = ? WHERE id = ?");
  }

  reload(): void {
    // References to tables are held by bindings: they must stay the ones that are found again.
    for (const known of this.#byName.values()) {
      const row = this.#database
        .prepare<[number], { cells: number }>("SELECT cells FROM crdt_objects WHERE id = ?")
        .get(known.ref.id);
      if (row === undefined) this.#forget(known);
      else known.cells = row.cells;
      known.dirty = false;
    }
    this.#dirty.length = 0;
  }

  find(type: ObjectType, name: string): ObjectRef | undefined {
    return this.#find(type, name)?.ref;
  }

  get(type: ObjectType, name: string, groups: readonly string[] = []): ObjectRef {
    const known = this.#find(type, name) ?? this.#insert(type, name);
    const added = groups.filter((group) => !known.ref.groups.includes(group));
    if (added.length > 0) {
      known.ref.groups.push(...added);
      this.#database
        .prepare("UPDATE crdt_objects SET groups = ? WHERE id = ?")
        .run(JSON.stringify(known.ref.groups), known.ref.id);
    }
    return known.ref;
  }

  /** Named objects: all, or `above` and what is directly below it, which is found in O(log objects) each. */
  *named(above?: string): Iterable<ObjectName> {
    if (above === undefined) {
      yield* this.#database
        .prepare<[], ObjectName>("SELECT type, name FROM crdt_objects WHERE type <> 'table'")
        .all();
      return;
    }
    const next = this.#database
      .prepare<[string, string, string], string>(
        "SELECT name FROM crdt_objects WHERE type = ? AND name >= ? AND name < ? ORDER BY name LIMIT 1",
      )
      .pluck();
    for (const type of ["counter", "register", "set", "keyed"] as const) {
      if (this.find(type, above) !== undefined) yield { type, name: above };
      for (let from = above + partMark; ; ) {
        const found = next.get(type, from, above + afterMark);
        if (found === undefined) break;
        const end = found.indexOf(partMark, above.length + 1);
        const name = end < 0 ? found : found.slice(0, end);
        yield { type, name };
        from = name + afterMark;
      }
    }
  }

  byId(id: number): ObjectRef {
    const known = this.#byId.get(id);
    if (known !== undefined) return known.ref;
    const row = this.#database
      .prepare<[number], { type: ObjectType; name: string }>(
        "SELECT type, name FROM crdt_objects WHERE id = ?",
      )
      .get(id);
    if (row === undefined) throw new Error(`the state file names object ${id}, which it does not have`);
    return this.get(row.type, row.name);
  }

  /** Live cells of an object. */
  sizeOf(object: ObjectRef): number {
    return this.#known(object).cells;
  }

  /** Counts cells that came or went. */
  count(object: ObjectRef, cells: number): void {
    if (cells === 0) return;
    const known = this.#known(object);
    known.cells += cells;
    if (known.dirty) return;
    known.dirty = true;
    this.#dirty.push(known);
  }

  /** Live cells of all objects, and of tables alone. O(objects). */
  totals(): { readonly rows: number; readonly cells: number } {
    this.flush();
    const row = this.#totals.get()!;
    return { rows: row.rows ?? 0, cells: row.cells ?? 0 };
  }

  flush(): void {
    if (this.#dirty.length > 0) {
      for (const known of this.#dirty) {
        this.#update.run(known.cells, known.ref.id);
        known.dirty = false;
      }
      this.#dirty.length = 0;
    }
    if (this.#byName.size <= keptObjects) return;
    for (const known of this.#byName.values()) if (known.ref.type !== "table") this.#forget(known);
  }

  #known(object: ObjectRef): Known {
    const known = this.#byId.get(object.id);
    if (known === undefined) throw new Error("an object was used that is not known");
    return known;
  }

  #find(type: ObjectType, name: string): Known | undefined {
    const known = this.#byName.get(keyOf(type, name));
    if (known !== undefined) return known;
    const row = this.#database
      .prepare<[string, string], { id: number; groups: string; cells: number }>(
        "SELECT id, groups, cells FROM crdt_objects WHERE type = ? AND name = ?",
      )
      .get(type, name);
    return row && this.#keep(row.id, type, name, JSON.parse(row.groups) as string[], row.cells);
  }

  #insert(type: ObjectType, name: string): Known {
    const { lastInsertRowid } = this.#database
      .prepare("INSERT INTO crdt_objects(type, name, groups, cells) VALUES (?, ?, '[]', 0)")
      .run(type, name);
    return this.#keep(Number(lastInsertRowid), type, name, [], 0);
  }

  #keep(id: number, type: ObjectType, name: string, groups: string[], cells: number): Known {
    const known: Known = { ref: { type, name, id, groups }, cells, dirty: false };
    this.#byName.set(keyOf(type, name), known);
    this.#byId.set(id, known);
    return known;
  }

  #forget({ ref }: Known): void {
    this.#byName.delete(keyOf(ref.type, ref.name));
    this.#byId.delete(ref.id);
  }
}

function keyOf(type: ObjectType, name: string): string {
  return `${type} ${name}`;
}
