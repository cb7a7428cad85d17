import {
  addRow,
  type Dot,
  hasDot,
  type IsDead,
  type LogId,
  type Operation,
  type RowCell,
  removeRow,
  sameDot,
  setRow,
  type Uid,
} from "@jarvis-crdt/crdt";
import type { ObjectRef, OpenBatch, SchemaBinding, TableBinding, TransactionRange } from "@jarvis-crdt/store";
import type { Database, Statement } from "better-sqlite3";
import type { SqlBatches } from "./batches.ts";
import type { CellCodec } from "./cell-codec.ts";
import type { SqlLogs } from "./logs.ts";
import type { SqlMeta } from "./meta.ts";
import type { SqlObjects } from "./objects.ts";
import { type Nonces, type OutboxEntry, planBytes, type RowKey, type Worklist } from "./state.ts";

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

export type RowOperation = Extract<Operation, { table: number }>;

/** The row as the archive shows it while its entry waits; `cell` is undefined where it shows none. */
export interface Prior {
  readonly id: number;
  readonly cell: RowCell | undefined;
}

const page = 256;

/**
 * What the archive does not show yet: one entry for each batch that added rows, and one for each row that was shown
 * and has changed since, with the cell that the archive still shows.
 *
 * A plan is a nonce and a position: once the archive carries the nonce it shows, for all rows of the entries up to
 * there, the cells of the moment of the plan. Until that is known the plan's entries stay. A change meanwhile makes a
 * new entry, because the plan does not cover it; later entries of planned rows, already there when it was made, are
 * covered as well and marked `planned`.
 */
export class SqlTodo {
  readonly #logs: SqlLogs;
  readonly #objects: SqlObjects;
  readonly #batches: SqlBatches;
  readonly #codec: CellCodec;
  readonly #meta: SqlMeta;
  readonly #bind: (schema: Uint8Array) => SchemaBinding | undefined;
  readonly #any: Statement<[number], number>;
  readonly #addBatch: Statement;
  readonly #addRow: Statement;
  readonly #markLast: Statement<[number | bigint]>;
  readonly #open: Statement<[number, Uint8Array, number], number>;
  readonly #first: Statement<[number, Uint8Array], { id: number; prior: Buffer }>;
  readonly #setPrior: Statement<[Uint8Array, number]>;
  readonly #anyPlain: Statement<[], number>;
  readonly #unplain: Statement<[number, number, number]>;
  readonly #page: Statement<[number, number], TodoRow>;
  readonly #anyRowAfter: Statement<[number], number>;
  readonly #plan: Statement<[number, Uint8Array, number]>;
  readonly #unplan: Statement<[]>;
  readonly #delete: Statement<[number]>;
  /** Where the rows begin that the transaction has added so far. */
  #added: Dot | undefined;
  /** How many rows it has added that were not there. */
  #addedRows = 0;
  #capturing = false;
  /** Whether any row has an entry of its own. */
  #anyRow = false;
  /** Whether any batch waits whose rows are as it says. */
  #anyPlainBatch = false;
  #lastEntry: number | bigint | undefined;
  /** Position of the plan whose fate is not known. */
  #through: number;
  #proposed: Worklist = { through: 0, rows: [] };

  constructor(parts: {
    readonly database: Database;
    readonly logs: SqlLogs;
    readonly objects: SqlObjects;
    readonly batches: SqlBatches;
    readonly codec: CellCodec;
    readonly meta: SqlMeta;
    readonly bind: (schema: Uint8Array) => SchemaBinding | undefined;
  }) {
    const { database } = parts;
    this.#logs = parts.logs;
    this.#objects = parts.objects;
    this.#batches = parts.batches;
    this.#codec = parts.codec;
    this.#meta = parts.meta;
    this.#bind = parts.bind;
    this.#any = database
      .prepare<[number], number>("SELECT 1 FROM crdt_todo WHERE id > ? AND planned = 0 LIMIT 1")
      .pluck();
    this.#addBatch = database.prepare("INSERT INTO crdt_todo(log, first, plain) VALUES (?, ?, ?)");
    this.#addRow = database.prepare("INSERT INTO crdt_todo(object, key, prior) VALUES (?, ?, ?)");
    this.#markLast = database.prepare("UPDATE crdt_todo SET last = 1 WHERE id = ?");
    this.#open = database
      .prepare<[number, Uint8Array, number], number>(
        "SELECT 1 FROM crdt_todo WHERE object = ? AND key = ? AND id > ? AND planned = 0 LIMIT 1",
      )
      .pluck();
    this.#first = database.prepare(
      "SELECT id, prior FROM crdt_todo WHERE object = ? AND key = ? ORDER BY id LIMIT 1",
    );
    this.#setPrior = database.prepare("UPDATE crdt_todo SET prior = ? WHERE id = ?");
    this.#anyPlain = database.prepare<[], number>("SELECT 1 FROM crdt_todo WHERE plain > 0 LIMIT 1").pluck();
    this.#unplain = database.prepare(
      "UPDATE crdt_todo SET plain = 0 WHERE plain > 0 AND log = ? AND " +
        "first = (SELECT max(first) FROM crdt_batches WHERE log = ? AND first <= ?)",
    );
    this.#page = database.prepare(
      "SELECT id, log, first, plain, object, key, last FROM crdt_todo WHERE id > ? ORDER BY id LIMIT ?",
    );
    this.#anyRowAfter = database
      .prepare<[number], number>("SELECT 1 FROM crdt_todo WHERE key IS NOT NULL AND id > ? LIMIT 1")
      .pluck();
    this.#plan = database.prepare("UPDATE crdt_todo SET planned = 1 WHERE object = ? AND key = ? AND id > ?");
    this.#unplan = database.prepare("UPDATE crdt_todo SET planned = 0 WHERE planned > 0");
    this.#delete = database.prepare("DELETE FROM crdt_todo WHERE id <= ? OR planned > 0");
    this.#through = this.#intendedThrough();
  }

  /** After a transaction was rolled back. */
  reload(): void {
    this.#added = undefined;
    this.#addedRows = 0;
    this.#lastEntry = undefined;
    this.#through = this.#intendedThrough();
    this.#proposed = { through: 0, rows: [] };
  }

  /** Rows appeared with operations of the log from `seq` on: the entry of their batch covers them. */
  rowsAdded(log: LogId, seq: number, rows: number): void {
    this.#added ??= { log, seq };
    this.#addedRows += rows;
  }

  rowChanged(table: ObjectRef, uid: Uid, after: RowCell | undefined, before: RowCell | undefined): void {
    if (before !== undefined && this.#isNew(before)) return;
    if (this.#capturing) this.#capturedChange(table, uid, after, before);
    else if (this.#open.get(table.id, uid, this.#through) === undefined) this.#enter(table, uid, before);
  }

  /** Runs `body`, in which the application's own writes become operations: what the archive shows already. */
  capture<T>(body: () => T): T {
    this.#capturing = true;
    this.#anyRow = this.#anyRowAfter.get(0) !== undefined;
    this.#anyPlainBatch = this.#anyPlain.get() !== undefined;
    try {
      return body();
    } finally {
      this.#capturing = false;
    }
  }

  /** The application wrote this, seeing what the archive showed. */
  captured(table: TableBinding, dot: Dot, operation: RowOperation): void {
    if (!this.#anyRow) return;
    const prior = this.prior(table.object, operation.uid);
    if (prior === undefined) return;
    const shown = written(table, prior.cell, dot, operation);
    this.#setPrior.run(this.#codec.packRow(shown), prior.id);
  }

  /** The end of an interpreted transaction. */
  interpreted({ log, first, last }: TransactionRange): void {
    if (this.#added !== undefined) {
      const num = this.#logs.num(log);
      const plain = this.#addedRows === last - first + 1;
      const starts = this.#batches.firsts(log, first, last);
      for (const [i, start] of starts.entries()) {
        const rows = plain ? (starts[i + 1] ?? last + 1) - start : 0;
        this.#lastEntry = this.#addBatch.run(num, start, rows).lastInsertRowid;
      }
    }
    if (this.#lastEntry !== undefined) this.#markLast.run(this.#lastEntry);
    this.#added = undefined;
    this.#addedRows = 0;
    this.#lastEntry = undefined;
  }

  /** What the archive shows of the row, where that is not its cell. */
  prior(table: ObjectRef, uid: Uid): Prior | undefined {
    const row = this.#first.get(table.id, uid);
    return row && { id: row.id, cell: this.#codec.unpackRow(row.prior) };
  }

  /** The archive must look at the row again, which it shows as `shown`. */
  revisit(table: ObjectRef, uid: Uid, shown: RowCell | undefined): void {
    if (this.#open.get(table.id, uid, this.#through) !== undefined) return;
    this.#enter(table, uid, shown);
    this.#markLast.run(this.#lastEntry!);
    this.#lastEntry = undefined;
  }

  hasWork(): boolean {
    return this.#any.get(0) !== undefined;
  }

  /** Whether anything is not covered by the plan whose fate is not known. */
  hasMore(): boolean {
    return this.#any.get(this.#through) !== undefined;
  }

  worklist(maxRows: number): Worklist {
    if (maxRows === 0) {
      this.#proposed = { through: 0, rows: [] };
      return this.#proposed;
    }
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
    this.#proposed = whole ? { through: whole.through, rows: rows.slice(0, whole.rows) } : { through, rows };
    return this.#proposed;
  }

  /**
   * The next plain batches, while no row has an entry of its own: then every row of them is as its batch says, for the
   * batches of rows that the application has changed are plain no more. Whole
   * transactions as far as `maxRows` and `planBytes` allow; undefined where the worklist begins with something else.
   */
  plainWorklist(maxRows: number): { readonly through: number; readonly batches: readonly Dot[] } | undefined {
    if (maxRows === 0 || this.#anyRowAfter.get(0) !== undefined) return undefined;
    const batches: Dot[] = [];
    let whole: { readonly through: number; readonly batches: number } | undefined;
    let through = 0;
    let rows = 0;
    let bytes = 0;
    for (const { id, log, first, plain, last } of this.#entries()) {
      if (!plain) break;
      const name = this.#logs.id(log!);
      bytes += this.#batches.rawLength(name, first!);
      if (through > 0 && (rows + plain > maxRows || bytes > planBytes)) break;
      batches.push({ log: name, seq: first! });
      rows += plain;
      through = id;
      if (last === 1) whole = { through, batches: batches.length };
    }
    if (through === 0) return undefined;
    this.#proposed = { through: whole?.through ?? through, rows: [] };
    return { through: this.#proposed.through, batches: batches.slice(0, whole?.batches) };
  }

  /** Remembers the plan. What it does not cover of earlier plans is open again. */
  intend(nonce: string, through: number): void {
    if (through !== 0 && through !== this.#proposed.through) {
      throw new Error("a plan must reach as far as the worklist that was read last");
    }
    this.#unplan.run();
    if (through > 0 && this.#anyRowAfter.get(through) !== undefined) {
      for (const { table, uid } of this.#proposed.rows) {
        this.#plan.run(this.#objects.get("table", table).id, uid, through);
      }
    }
    this.#through = through;
    this.#meta.set("intended", JSON.stringify({ nonce, through }));
  }

  /** The archive carries the nonce of the plan. */
  confirm(): void {
    const intended = this.#meta.text("intended");
    if (intended === undefined) return;
    const { nonce, through } = JSON.parse(intended) as { nonce: string; through: number };
    this.#delete.run(through);
    this.#through = 0;
    this.#meta.set("confirmed", nonce);
    this.#meta.delete("intended");
    this.#meta.delete("awaited");
  }

  /** What was captured up to this entry counts as shown, and the entry is there until the archive carries the plan. */
  await({ id, token }: OutboxEntry): void {
    this.#meta.set("awaited", JSON.stringify({ id, token: Buffer.from(token).toString("hex") }));
  }

  nonces(): Nonces {
    const intended = this.#meta.text("intended");
    const awaited = this.#meta.text("awaited");
    return {
      awaited:
        awaited === undefined ? undefined : entryOf(JSON.parse(awaited) as { id: number; token: string }),
      intended: intended && (JSON.parse(intended) as { nonce: string }).nonce,
      confirmed: this.#meta.text("confirmed"),
    };
  }

  /** The row was added by this very transaction, so no archive shows it yet. */
  #isNew(cell: RowCell): boolean {
    const added = this.#added;
    return added !== undefined && cell.adds.every(({ log, seq }) => log === added.log && seq >= added.seq);
  }

  /**
   * A row that has a cell. Where the batch that added it still waits to be shown, the row is not as it says any more.
   * Where the application inserted it anew, its archive shows what it inserted, nothing else.
   */
  #capturedChange(table: ObjectRef, uid: Uid, after: RowCell | undefined, before: RowCell | undefined): void {
    if (before !== undefined && this.#anyPlainBatch) {
      for (const { log, seq } of before.adds) {
        const num = this.#logs.num(log);
        this.#unplain.run(num, num, seq);
      }
    }
    const add = after?.adds.find((dot) => before === undefined || !hasDot(before.adds, dot));
    if (after === undefined || add === undefined || this.prior(table, uid) !== undefined) return;
    this.#enter(table, uid, onlyAdd(after, add));
    this.#anyRow = true;
  }

  #enter(table: ObjectRef, uid: Uid, prior: RowCell | undefined): void {
    this.#lastEntry = this.#addRow.run(table.id, uid, this.#codec.packRow(prior)).lastInsertRowid;
  }

  #intendedThrough(): number {
    const intended = this.#meta.text("intended");
    return intended === undefined ? 0 : (JSON.parse(intended) as { through: number }).through;
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
    if (key !== null) return [{ table: this.#objects.byId(object!).name, uid: key }];
    const batch = this.#batches.open(this.#logs.id(log!), first!);
    if (batch === undefined) throw new Error("the worklist names a batch that is not stored");
    return addedRows(batch, this.#bind(batch.header.schema));
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

const alive: IsDead = () => false;

/** What the archive shows after the application's write, from what it showed before. */
function written(
  table: TableBinding,
  shown: RowCell | undefined,
  dot: Dot,
  operation: RowOperation,
): RowCell | undefined {
  const { stamp } = operation;
  switch (operation.kind) {
    case "row.add":
      return addRow(undefined, { dot, stamp }, table.object.groups.length, alive).cell;
    case "row.set":
      return setRow(
        shown,
        { dot, stamp, adds: operation.adds },
        table.groups[operation.group]!.part,
        operation.seen,
        alive,
      ).cell;
    case "row.remove":
      return removeRow(shown, operation.adds).cell;
  }
}

/** A cell with nothing but this add. */
function onlyAdd(cell: RowCell, add: Dot): RowCell {
  return {
    adds: [add],
    groups: cell.groups.map((entries) => entries.filter(({ dot }) => sameDot(dot, add))),
  };
}

function entryOf({ id, token }: { readonly id: number; readonly token: string }): OutboxEntry {
  return { id, token: Buffer.from(token, "hex") };
}
