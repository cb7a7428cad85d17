import { type Hasher, schemaId } from "@jarvis-crdt/batch";
import { encodeSchema, type Schema } from "@jarvis-crdt/crdt";
import { equalBytes, keyOf } from "./bytes.ts";
import type { Medium } from "./medium.ts";
import type { ObjectRef } from "./object.ts";
import { bindSchema, type OwnGroup, type SchemaBinding, type TableBinding } from "./schema-map.ts";

/** Schemas that are kept bound. Peers choose how many there are. */
const maxBindings = 64;

/** How rows under the schemas that are stored become rows of this node, and this node's own schema. */
export class Bindings {
  readonly #medium: Medium;
  readonly #schema: Schema | undefined;
  readonly #bindings = new Map<string, SchemaBinding>();
  #lastBound: { readonly schema: Uint8Array; readonly binding: SchemaBinding } | undefined;
  readonly #ownGroups = new Map<ObjectRef, readonly OwnGroup[]>();
  /** The node's own schema as it travels. */
  readonly ownSchema: { readonly id: Uint8Array; readonly bytes: Uint8Array } | undefined;
  readonly own: SchemaBinding | undefined;

  constructor(medium: Medium, schema: Schema | undefined, hasher: Hasher) {
    this.#medium = medium;
    this.#schema = schema;
    if (schema === undefined) return;
    const bytes = encodeSchema(schema);
    this.ownSchema = { id: schemaId(bytes, hasher), bytes };
    this.own = this.#bindTo(schema);
    for (const table of this.own.tables)
      if (typeof table !== "string") this.#ownGroups.set(table.object, table.own);
  }

  /** A table of this node's schema by its index there. */
  ownTable(index: number): TableBinding {
    const table = this.own?.tables[index];
    if (table === undefined || typeof table === "string") throw new Error(`there is no own table ${index}`);
    return table;
  }

  /** This node's column groups of a table, in its own order; undefined where the table is not in its schema. */
  ownGroups(table: ObjectRef): readonly OwnGroup[] | undefined {
    return this.#ownGroups.get(table);
  }

  /** How rows under this schema become rows of this node; undefined while the schema is not stored. */
  of(schema: Uint8Array): SchemaBinding | undefined {
    if (this.#lastBound !== undefined && equalBytes(this.#lastBound.schema, schema)) {
      return this.#lastBound.binding;
    }
    const binding = this.#findBinding(schema);
    if (binding !== undefined) this.#lastBound = { schema, binding };
    return binding;
  }

  #findBinding(schema: Uint8Array): SchemaBinding | undefined {
    const key = keyOf(schema);
    const known = this.#bindings.get(key);
    if (known !== undefined) return known;
    const theirs = this.#medium.schema(schema);
    if (theirs === undefined) return undefined;
    const binding = this.#bindTo(theirs);
    if (this.#bindings.size >= maxBindings) this.#bindings.clear();
    this.#bindings.set(key, binding);
    return binding;
  }

  #bindTo(theirs: Schema): SchemaBinding {
    return bindSchema(theirs, this.#schema, (name) => this.#medium.cells.object("table", name));
  }
}
