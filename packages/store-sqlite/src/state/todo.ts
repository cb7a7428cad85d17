import { type Dot, hasDot, type LogId, type RowCell, type Uid } from "@jarvis-crdt/crdt";
import type { ObjectRef, TableBinding, TransactionRange } from "@jarvis-crdt/store";
import type { Statement } from "better-sqlite3";
import type { CellCodec } from "./cell-codec.ts";
import type { SqlMeta } from "./meta.ts";
import { PlanFate } from "./plan-fate.ts";
import { onlyAdd, type RowOperation, written } from "./shown-cell.ts";
import type { Nonces, OutboxEntry, Worklist } from "./state.ts";
import { type WorklistParts, Worklists } from "./worklists.ts";

/** The row as the archive shows it while its entry waits; `cell` is undefined where it shows none. */
export interface Prior {
  readonly id: number;
  readonly cell: RowCell | undefined;
}

export interface TodoParts extends WorklistParts {
  readonly codec: CellCodec;
  readonly meta: SqlMeta;
}

const nothing: Worklist = { through: 0, rows: [] };

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
  readonly #parts: TodoParts;
  readonly #fate: PlanFate;
  readonly #worklists: Worklists;
  readonly #any: Statement<[number], number>;
  readonly #addBatch: Statement;
  readonly #addRow: Statement;
  readonly #markLast: Statement<[number | bigint]>;
  readonly #open: Statement<[number, Uint8Array, number], number>;
  readonly #first: Statement<[number, Uint8Array], { id: number; prior: Buffer }>;
  readonly #setPrior: Statement<[Uint8Array, number]>;
  readonly #anyPlain: Statement<[], number>;
  readonly #unplain: Statement<[number, number, number]>;
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
  #proposed: Worklist = nothing;

  constructor(parts: TodoParts) {
    const { database } = parts;
    this.#parts = parts;
    this.#fate = new PlanFate(parts.meta);
    this.#worklists = new Worklists(parts);
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
    // Plus signs as in `SqlBatches`.
    this.#first = database.prepare(
      "SELECT id, prior FROM crdt_todo WHERE object = +? AND key = +? ORDER BY id LIMIT 1",
    );
    this.#setPrior = database.prepare("UPDATE crdt_todo SET prior = ? WHERE id = ?");
    this.#anyPlain = database.prepare<[], number>("SELECT 1 FROM crdt_todo WHERE plain > 0 LIMIT 1").pluck();
    this.#unplain = database.prepare(
      "UPDATE crdt_todo SET plain = 0 WHERE plain > 0 AND log = ? AND " +
        "first = (SELECT max(first) FROM crdt_batches WHERE log = +? AND first <= ?)",
    );
    this.#anyRowAfter = database
      .prepare<[number], number>("SELECT 1 FROM crdt_todo WHERE key IS NOT NULL AND id > ? LIMIT 1")
      .pluck();
    this.#plan = database.prepare("UPDATE crdt_todo SET planned = 1 WHERE object = ? AND key = ? AND id > ?");
    this.#unplan = database.prepare("UPDATE crdt_todo SET planned = 0 WHERE planned > 0");
    this.#delete = database.prepare("DELETE FROM crdt_todo WHERE id <= ? OR planned > 0");
  }

  /** After a transaction was rolled back. */
  reload(): void {
    this.#added = undefined;
    this.#addedRows = 0;
    this.#lastEntry = undefined;
    this.#fate.reload();
    this.#proposed = nothing;
  }

  /** Rows appeared with operations of the log from `seq` on: the entry of their batch covers them. */
  rowsAdded(log: LogId, seq: number, rows: number): void {
    this.#added ??= { log, seq };
    this.#addedRows += rows;
  }

  rowChanged(table: ObjectRef, uid: Uid, after: RowCell | undefined, before: RowCell | undefined): void {
    if (before !== undefined && this.#isNew(before)) return;
    if (this.#capturing) this.#capturedChange(table, uid, after, before);
    else if (this.#open.get(table.id, uid, this.#fate.through) === undefined) this.#enter(table, uid, before);
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
    this.#setPrior.run(this.#parts.codec.packRow(shown), prior.id);
  }

  /** The end of an interpreted transaction. */
  interpreted({ log, first, last }: TransactionRange): void {
    if (this.#added !== undefined) {
      const num = this.#parts.logs.num(log);
      const plain = this.#addedRows === last - first + 1;
      const starts = this.#parts.batches.firsts(log, first, last);
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
    return row && { id: row.id, cell: this.#parts.codec.unpackRow(row.prior) };
  }

  /** The archive must look at the row again, which it shows as `shown`. */
  revisit(table: ObjectRef, uid: Uid, shown: RowCell | undefined): void {
    if (this.#open.get(table.id, uid, this.#fate.through) !== undefined) return;
    this.#enter(table, uid, shown);
    this.#markLast.run(this.#lastEntry!);
    this.#lastEntry = undefined;
  }

  /** Nothing waits, and no plan of which it is not known whether the archive carries it. */
  get isEmpty(): boolean {
    return this.#parts.database.prepare("SELECT 1 FROM crdt_todo LIMIT 1").get() === undefined;
  }

  hasWork(): boolean {
    return this.#any.get(0) !== undefined;
  }

  /** Whether anything is not covered by the plan whose fate is not known. */
  hasMore(): boolean {
    return this.#any.get(this.#fate.through) !== undefined;
  }

  worklist(maxRows: number): Worklist {
    this.#proposed = this.#worklists.rows(maxRows);
    return this.#proposed;
  }

  /**
   * The next plain batches, while no row has an entry of its own: then every row of them is as its batch says, for the
   * batches of rows that the application has changed are plain no more. Undefined where the worklist begins with something else.
   */
  plainWorklist(maxRows: number): { readonly through: number; readonly batches: readonly Dot[] } | undefined {
    if (this.#anyRowAfter.get(0) !== undefined) return undefined;
    const work = this.#worklists.plainBatches(maxRows);
    if (work !== undefined) this.#proposed = { through: work.through, rows: [] };
    return work;
  }

  /** Remembers the plan. What it does not cover of earlier plans is open again. */
  intend(nonce: string, through: number): void {
    if (through !== 0 && through !== this.#proposed.through) {
      throw new Error("a plan must reach as far as the worklist that was read last");
    }
    this.#unplan.run();
    if (through > 0 && this.#anyRowAfter.get(through) !== undefined) {
      for (const { table, uid } of this.#proposed.rows) {
        this.#plan.run(this.#parts.objects.get("table", table).id, uid, through);
      }
    }
    this.#fate.intend(nonce, through);
  }

  /** The archive carries the nonce of the plan. */
  confirm(): void {
    const through = this.#fate.confirm();
    if (through !== undefined) this.#delete.run(through);
  }

  /** What was captured up to this entry counts as shown, and the entry is there until the archive carries the plan. */
  await(entry: OutboxEntry): void {
    this.#fate.await(entry);
  }

  nonces(): Nonces {
    return this.#fate.nonces();
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
        const num = this.#parts.logs.num(log);
        this.#unplain.run(num, num, seq);
      }
    }
    const add = after?.adds.find((dot) => before === undefined || !hasDot(before.adds, dot));
    if (after === undefined || add === undefined || this.prior(table, uid) !== undefined) return;
    this.#enter(table, uid, onlyAdd(after, add));
    this.#anyRow = true;
  }

  #enter(table: ObjectRef, uid: Uid, prior: RowCell | undefined): void {
    this.#lastEntry = this.#addRow.run(table.id, uid, this.#parts.codec.packRow(prior)).lastInsertRowid;
  }
}
