import type { Schema } from "@jarvis-crdt/crdt";
import { bindSchema, type Engine, noId, StoreError } from "@jarvis-crdt/store";
import type { Database } from "better-sqlite3";
import type { SqlMedium } from "./medium.ts";

/** Counts up when this version reads operations that earlier ones could not. */
const operationsVersion = 3;

/** The schema that this node declares, against the one that the file was last opened with. */
export class Declaration {
  readonly #database: Database;
  readonly #medium: SqlMedium;

  constructor(database: Database, medium: SqlMedium) {
    this.#database = database;
    this.#medium = medium;
  }

  /** The schema that this node declared last. */
  get last(): Schema | undefined {
    const id = this.#medium.meta.text("reads")?.split("/")[0];
    return id === undefined ? undefined : this.#medium.schema(Buffer.from(id, "hex"));
  }

  /**
   * Rows that are there were written by the old declaration of their table, and must stay readable by the new one.
   * Throws `StoreError` `regrouped`.
   */
  check(schema: Schema | undefined): void {
    const before = this.last;
    if (schema === undefined || before === undefined) return;
    const bound = bindSchema(before, schema, (name) => this.#medium.cells.object("table", name)).tables;
    for (const [i, { name }] of before.tables.entries()) {
      const table = this.#medium.cells.find("table", name);
      const isGone = !schema.tables.some((one) => one.name === name);
      if (isGone || typeof bound[i] !== "string" || table === undefined) continue;
      if (this.#medium.objects.sizeOf(table) === 0) continue;
      throw new StoreError(
        "regrouped",
        `${bound[i]}, and it holds rows: declare it as it was (the author is this node itself, before)`,
      );
    }
  }

  /** Remembers what the engine declares. What waited for another schema or version of this node is tried again. */
  adopt(engine: Engine): void {
    const own = engine.ownSchema;
    if (own !== undefined) {
      this.#database
        .prepare("INSERT OR IGNORE INTO crdt_schemas(id, bytes) VALUES (?, ?)")
        .run(own.id, own.bytes);
    }
    const reads = `${Buffer.from(own?.id ?? noId).toString("hex")}/${operationsVersion}`;
    if (this.#medium.meta.text("reads") === reads) return;
    this.#medium.meta.set("reads", reads);
    engine.changed();
  }
}
