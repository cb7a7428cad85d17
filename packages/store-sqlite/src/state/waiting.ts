import { decodeLogId, encodeLogId, type LogId } from "@jarvis-crdt/crdt";
import type { TransactionRange, Wait, WaitingTransaction } from "@jarvis-crdt/store";
import type { Database, Statement } from "better-sqlite3";
import type { SqlLogs } from "./logs.ts";

interface WaitingRow {
  readonly log: number;
  readonly first: number;
  readonly last: number;
  readonly reason: Wait["reason"];
  readonly detail: string;
  readonly schema: Buffer | null;
  readonly dot_log: Buffer | null;
  readonly dot_seq: number | null;
}

/** The detail of a transaction that waits for an operation and abandons logs itself. */
const abandons = "abandons";
const columns = "log, first, last, reason, detail, schema, dot_log, dot_seq";

/** Transactions that are stored and not interpreted, with the reason of each. */
export class SqlWaiting {
  readonly #logs: SqlLogs;
  readonly #database: Database;
  /** How many wait, by the number of their log: mostly none, and then nothing is asked of the file. */
  readonly #counts = new Map<LogId, number>();
  readonly #add: Statement;
  readonly #remove: Statement<[number, number]>;
  readonly #at: Statement<[number, number], WaitingRow>;
  readonly #toAbandon: Statement<[], WaitingRow>;
  readonly #forDot: Statement<[Uint8Array, number, number], WaitingRow>;
  readonly #forSchema: Statement<[Uint8Array], WaitingRow>;
  readonly #forChange: Statement<[], WaitingRow>;

  constructor(database: Database, logs: SqlLogs) {
    this.#logs = logs;
    this.#database = database;
    this.#add = database.prepare(`INSERT INTO crdt_waiting(${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#remove = database.prepare("DELETE FROM crdt_waiting WHERE log = ? AND first = ?");
    this.#at = database.prepare(
      `SELECT ${columns} FROM crdt_waiting WHERE log = +? AND first <= ? ORDER BY first DESC LIMIT 1`,
    );
    this.#toAbandon = database.prepare(
      `SELECT ${columns} FROM crdt_waiting WHERE reason = 'missing-operation' AND detail = '${abandons}' ORDER BY id`,
    );
    this.#forDot = database.prepare(
      `SELECT ${columns} FROM crdt_waiting WHERE dot_log = ? AND dot_seq BETWEEN ? AND ? LIMIT 1`,
    );
    this.#forSchema = database.prepare(`SELECT ${columns} FROM crdt_waiting WHERE schema = ? ORDER BY id`);
    this.#forChange = database.prepare(
      `SELECT ${columns} FROM crdt_waiting WHERE reason <> 'missing-operation' ORDER BY id`,
    );
    this.reload();
  }

  reload(): void {
    this.#counts.clear();
    const rows = this.#database
      .prepare<[], { log: number; waiting: number }>(
        "SELECT log, count(*) AS waiting FROM crdt_waiting GROUP BY log",
      )
      .all();
    for (const { log, waiting } of rows) this.#counts.set(this.#logs.id(log), waiting);
  }

  get count(): number {
    let count = 0;
    for (const waiting of this.#counts.values()) count += waiting;
    return count;
  }

  add({ log, first, last }: TransactionRange, wait: Wait): void {
    const detail = "detail" in wait ? wait.detail : "abandons" in wait && wait.abandons ? abandons : "";
    const schema = wait.reason === "unknown-schema" ? wait.schema : null;
    const dot = wait.reason === "missing-operation" ? wait.dot : undefined;
    const dotLog = dot ? encodeLogId(dot.log) : null;
    this.#add.run(this.#logs.num(log), first, last, wait.reason, detail, schema, dotLog, dot?.seq ?? null);
    this.#counts.set(log, (this.#counts.get(log) ?? 0) + 1);
  }

  remove({ log, first }: TransactionRange): void {
    const { changes } = this.#remove.run(this.#logs.num(log), first);
    this.#gone(log, changes);
  }

  #gone(log: LogId, count: number): void {
    const left = (this.#counts.get(log) ?? 0) - count;
    if (left > 0) this.#counts.set(log, left);
    else this.#counts.delete(log);
  }

  /** Nothing of the log waits any more that begins there or later. */
  removeFrom(log: LogId, from: number): void {
    const { changes } = this.#database
      .prepare("DELETE FROM crdt_waiting WHERE log = ? AND first >= ?")
      .run(this.#logs.num(log), from);
    this.#gone(log, changes);
  }

  /** Where the first one of a log begins. */
  first(log: LogId): number | undefined {
    if (!this.#counts.has(log)) return undefined;
    const first = this.#database
      .prepare<[number], number>("SELECT min(first) FROM crdt_waiting WHERE log = +?")
      .pluck();
    return first.get(this.#logs.num(log));
  }

  holds(log: LogId, seq: number): boolean {
    return this.#rowAt(log, seq) !== undefined;
  }

  at(log: LogId, seq: number): WaitingTransaction | undefined {
    const row = this.#rowAt(log, seq);
    return row && this.#transaction(row);
  }

  #rowAt(log: LogId, seq: number): WaitingRow | undefined {
    if (!this.#counts.has(log)) return undefined;
    const row = this.#at.get(this.#logs.num(log), seq);
    return row !== undefined && seq <= row.last ? row : undefined;
  }

  toAbandon(): readonly WaitingTransaction[] {
    if (this.#counts.size === 0) return [];
    return this.#toAbandon.all().map((row) => this.#transaction(row));
  }

  forRange({ log, first, last }: TransactionRange): WaitingTransaction | undefined {
    if (this.#counts.size === 0) return undefined;
    const row = this.#forDot.get(encodeLogId(log), first, last);
    return row && this.#transaction(row);
  }

  forSchema(id: Uint8Array): readonly WaitingTransaction[] {
    return this.#forSchema.all(id).map((row) => this.#transaction(row));
  }

  forChange(): readonly WaitingTransaction[] {
    return this.#forChange.all().map((row) => this.#transaction(row));
  }

  #transaction(row: WaitingRow): WaitingTransaction {
    const { log, first, last } = row;
    return { log: this.#logs.id(log), first, last, wait: waitOf(row) };
  }
}

function waitOf({ reason, detail, schema, dot_log, dot_seq }: WaitingRow): Wait {
  switch (reason) {
    case "missing-operation":
      return {
        reason,
        dot: { log: decodeLogId(dot_log!), seq: dot_seq! },
        abandons: detail === abandons,
      };
    case "unknown-schema":
      return { reason, schema: schema! };
    case "other-schema":
    case "unreadable":
      return { reason, detail };
  }
}
