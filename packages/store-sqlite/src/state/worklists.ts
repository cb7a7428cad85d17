import type { Dot } from "@jarvis-crdt/crdt";
import type { OpenBatch, SchemaBinding } from "@jarvis-crdt/store";
import type { Database, Statement } from "better-sqlite3";
import type { SqlBatches } from "./batches.ts";
import type { SqlLogs } from "./logs.ts";
import type { SqlObjects } from "./objects.ts";
import { planBytes, type RowKey, type Worklist } from "./state.ts";

interface TodoRow {
  readonly id: number;
  readonly log: number | null;
  readonly first: number | null;
  readonly object: number | null;
  readonly key: Buffer | null;
  readonly last: number;
  /** Of a batch: how many rows it added, if it did nothing but add rows that were not there; otherwise 0. */
  readonly plain: number | null;
}

export interface WorklistParts {
  readonly database: Database;
  readonly logs: SqlLogs;
  readonly objects: SqlObjects;
  readonly batches: SqlBatches;
  readonly bind: (schema: Uint8Array) => SchemaBinding | undefined;
}

const page = 256;
const nothing: Worklist = { through: 0, rows: [] };

/** Reads what a plan may cover from the list of what the archive does not show yet: whole transactions, oldest first. */
export class Worklists {
  readonly #parts: WorklistParts;
  readonly #page: Statement<[number, number], TodoRow>;

  constructor(parts: WorklistParts) {
    this.#parts = parts;
    this.#page = parts.database.prepare(
      "SELECT id, log, first, plain, object, key, last FROM crdt_todo WHERE id > ? ORDER BY id LIMIT ?",
    );
  }

  /** The rows of the first entries, each once. */
  rows(maxRows: number): Worklist {
    if (maxRows === 0) return nothing;
    const rows: RowKey[] = [];
    const names = new Set<string>();
    /** Where the last whole transaction ends. */
    let whole: { readonly through: number; readonly rows: number } | undefined;
    let through = 0;
    for (const entry of this.#entries()) {
      const named = this.#rowsOf(entry).map((row) => ({ row, name: nameOf(row) }));
      const fresh = named.filter(({ name }) => !names.has(name));
      if (through > 0 && rows.length + fresh.length > maxRows) break;
      for (const { row, name } of fresh) {
        if (names.has(name)) continue;
        names.add(name);
        rows.push(row);
      }
      through = entry.id;
      if (entry.last === 1) whole = { through, rows: rows.length };
    }
    return whole ? { through: whole.through, rows: rows.slice(0, whole.rows) } : { through, rows };
  }

  /**
   * The next plain batches: whole transactions as far as `maxRows` and `planBytes` allow. Undefined where the list begins
   * with something else.
   */
  plainBatches(maxRows: number): { readonly through: number; readonly batches: readonly Dot[] } | undefined {
    if (maxRows === 0) return undefined;
    const batches: Dot[] = [];
    let whole: { readonly through: number; readonly batches: number } | undefined;
    let through = 0;
    let rows = 0;
    let bytes = 0;
    for (const { id, log, first, plain, last } of this.#entries()) {
      if (!plain) break;
      const name = this.#parts.logs.id(log!);
      bytes += this.#parts.batches.rawLength(name, first!);
      if (through > 0 && (rows + plain > maxRows || bytes > planBytes)) break;
      batches.push({ log: name, seq: first! });
      rows += plain;
      through = id;
      if (last === 1) whole = { through, batches: batches.length };
    }
    if (through === 0) return undefined;
    return { through: whole?.through ?? through, batches: batches.slice(0, whole?.batches) };
  }

  *#entries(): Iterable<TodoRow> {
    for (let after = 0; ; ) {
      const rows = this.#page.all(after, page);
      yield* rows;
      if (rows.length < page) return;
      after = rows.at(-1)!.id;
    }
  }

  #rowsOf({ log, first, object, key }: TodoRow): readonly RowKey[] {
    if (key !== null) return [{ table: this.#parts.objects.byId(object!).name, uid: key }];
    const batch = this.#parts.batches.open(this.#parts.logs.id(log!), first!);
    if (batch === undefined) throw new Error("the worklist names a batch that is not stored");
    return addedRows(batch, this.#parts.bind(batch.header.schema));
  }
}

function addedRows(batch: OpenBatch, binding: SchemaBinding | undefined): readonly RowKey[] {
  const rows: RowKey[] = [];
  for (let i = 0; i < batch.header.count; i++) {
    const operation = batch.outline(i);
    if (operation.kind !== "row.add") continue;
    const table = binding?.tables[operation.table];
    if (table === undefined) throw new Error("an interpreted row has no table");
    // It replicated when the batch came, and does not any more.
    if (typeof table === "string") continue;
    rows.push({ table: table.object.name, uid: operation.uid });
  }
  return rows;
}

function nameOf({ table, uid }: RowKey): string {
  return Buffer.from(uid.buffer, uid.byteOffset, uid.length).toString("latin1") + table;
}
