import type { LogId } from "@jarvis-crdt/crdt";
import type { LogState } from "@jarvis-crdt/store";
import { noId } from "@jarvis-crdt/store";
import type { Database, Statement } from "better-sqlite3";

interface LogRow {
  readonly num: number;
  state: LogState;
  dirty: boolean;
}

/**
 * The logs and how far they are stored, in memory while the file is open: there are about as many as nodes. Cells and
 * batches name a log by its number in this file.
 */
export class SqlLogs {
  readonly #database: Database;
  readonly #update: Statement;
  readonly #byId = new Map<LogId, LogRow>();
  readonly #byNum = new Map<number, LogId>();
  readonly #dirty: LogRow[] = [];

  constructor(database: Database) {
    this.#database = database;
    this.#update = database.prepare(
      "UPDATE crdt_logs SET seq = ?, number = ?, whole = ?, head = ? WHERE id = ?",
    );
    this.reload();
  }

  /** Takes everything from the file, after a transaction was rolled back. */
  reload(): void {
    this.#byId.clear();
    this.#byNum.clear();
    this.#dirty.length = 0;
    const rows = this.#database
      .prepare<[], { id: number; name: string; seq: number; number: number; whole: number; head: Buffer }>(
        "SELECT id, name, seq, number, whole, head FROM crdt_logs",
      )
      .all();
    for (const { id, name, seq, number, whole, head } of rows) {
      this.#add(id, { id: name, seq, number, whole, head });
    }
  }

  get(id: LogId): LogState | undefined {
    return this.#byId.get(id)?.state;
  }

  /** Logs of which something is stored. */
  *stored(): Iterable<LogState> {
    for (const { state } of this.#byId.values()) if (state.seq > 0) yield state;
  }

  /** The log's number; it is given one when it is new. */
  num(id: LogId): number {
    const known = this.#byId.get(id);
    if (known !== undefined) return known.num;
    const { lastInsertRowid } = this.#database
      .prepare("INSERT INTO crdt_logs(name, seq, number, whole, head) VALUES (?, 0, 0, 0, ?)")
      .run(id, noId);
    const num = Number(lastInsertRowid);
    this.#add(num, { id, seq: 0, number: 0, whole: 0, head: noId });
    return num;
  }

  id(num: number): LogId {
    const id = this.#byNum.get(num);
    if (id === undefined) throw new Error(`the state file names log ${num}, which it does not have`);
    return id;
  }

  change(id: LogId, change: Partial<Omit<LogState, "id">>): void {
    this.num(id);
    const row = this.#byId.get(id)!;
    row.state = { ...row.state, ...change };
    if (row.dirty) return;
    row.dirty = true;
    this.#dirty.push(row);
  }

  /** Writes what changed into the open transaction. */
  flush(): void {
    if (this.#dirty.length === 0) return;
    for (const row of this.#dirty) {
      const { seq, number, whole, head } = row.state;
      this.#update.run(seq, number, whole, head, row.num);
      row.dirty = false;
    }
    this.#dirty.length = 0;
  }

  #add(num: number, state: LogState): void {
    this.#byId.set(state.id, { num, state, dirty: false });
    this.#byNum.set(num, state.id);
  }
}
