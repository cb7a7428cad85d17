import {
  type CounterCell,
  type Dot,
  decodeLogId,
  type Entry,
  encodeLogId,
  type LogId,
  type RegisterCell,
  type RowCell,
  type SetCell,
  type Stamp,
  sameDot,
  type Uid,
} from "@jarvis-crdt/crdt";
import type { Cells, DeferredKill, NewRow, ObjectName, ObjectRef, ObjectType } from "@jarvis-crdt/store";
import type { Database, Statement } from "better-sqlite3";
import { CellCodec, type StoredCell, stampNumber, stampOf } from "./cell-codec.ts";
import type { SqlLogs } from "./logs.ts";
import type { SqlObjects } from "./objects.ts";

/** What the rest of the state file wants to know about changes of cells. */
export interface CellObserver {
  /** `added` of these rows, which came together, were not there before. */
  rowsAdded(table: ObjectRef, log: LogId, rows: readonly NewRow[], added: number): void;
  rowChanged(table: ObjectRef, uid: Uid, after: RowCell | undefined, before: RowCell | undefined): void;
  registerChanged(object: ObjectRef, key: Uint8Array, after: RegisterCell | undefined): void;
  /** Some cell of the object changed. */
  changed(object: ObjectRef): void;
  /** Stamp of a stored operation. */
  stampOf(dot: Dot): Stamp;
}

/** Rows of one bulk insert: beyond this a longer statement gains little. */
const bulk = 64;
const wholeCell = -1;

export class SqlCells implements Cells {
  readonly codec: CellCodec;
  readonly #database: Database;
  readonly #logs: SqlLogs;
  readonly #objects: SqlObjects;
  readonly #observer: CellObserver;
  readonly #get: Statement<[number, Uint8Array], StoredCell>;
  readonly #put: Statement;
  readonly #delete: Statement<[number, Uint8Array]>;
  readonly #insert: Statement;
  readonly #insertMany: Statement;
  readonly #all: Statement<[number], [Buffer, number, number]>;
  readonly #keys: Statement<[number, number], Buffer>;
  readonly #defer: Statement;
  readonly #anyDeferred: Statement<[Uint8Array], number>;
  readonly #deferred: Statement<[Uint8Array, number], { object: number; key: Buffer; part: number }>;
  readonly #forgetDeferred: Statement<[Uint8Array, number]>;

  constructor(database: Database, logs: SqlLogs, objects: SqlObjects, observer: CellObserver) {
    this.codec = new CellCodec(logs);
    this.#database = database;
    this.#logs = logs;
    this.#objects = objects;
    this.#observer = observer;
    this.#get = database
      .prepare<[number, Uint8Array], StoredCell>(
        "SELECT log, seq, stamp, more FROM crdt_cells WHERE object = ? AND key = ?",
      )
      .raw();
    this.#put = database.prepare(
      "INSERT OR REPLACE INTO crdt_cells(object, key, log, seq, stamp, more) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#delete = database.prepare("DELETE FROM crdt_cells WHERE object = ? AND key = ?");
    this.#insert = database.prepare(insertRows(1));
    this.#insertMany = database.prepare(insertRows(bulk));
    this.#all = database
      .prepare<[number], [Buffer, number, number]>("SELECT key, seq, stamp FROM crdt_cells WHERE object = ?")
      .raw();
    this.#keys = database
      .prepare<[number, number], Buffer>("SELECT key FROM crdt_cells WHERE object = ? ORDER BY key LIMIT ?")
      .pluck();
    this.#defer = database.prepare(
      "INSERT OR IGNORE INTO crdt_deferred(log, seq, object, key, part) VALUES (?, ?, ?, ?, ?)",
    );
    this.#anyDeferred = database
      .prepare<[Uint8Array], number>("SELECT 1 FROM crdt_deferred WHERE log = ? LIMIT 1")
      .pluck();
    this.#deferred = database.prepare(
      "SELECT object, key, part FROM crdt_deferred WHERE log = ? AND seq = ?",
    );
    this.#forgetDeferred = database.prepare("DELETE FROM crdt_deferred WHERE log = ? AND seq = ?");
  }

  object(type: ObjectType, name: string, groups?: readonly string[]): ObjectRef {
    return this.#objects.get(type, name, groups);
  }

  find(type: ObjectType, name: string): ObjectRef | undefined {
    return this.#objects.find(type, name);
  }

  row(table: ObjectRef, uid: Uid): RowCell | undefined {
    const stored = this.#get.get(table.id, uid);
    return stored && this.codec.row(stored, table.groups.length);
  }

  /** The row's first add; `cell` is undefined where the row is nothing but that, as most are. */
  shortRow(table: ObjectRef, uid: Uid): (Entry & { readonly cell: RowCell | undefined }) | undefined {
    const stored = this.#get.get(table.id, uid);
    if (stored === undefined) return undefined;
    const [log, seq, stamp, more] = stored;
    const dot = { log: this.#logs.id(log), seq };
    return { dot, stamp: stampOf(stamp), cell: more === null ? undefined : this.codec.unpackRow(more) };
  }

  putRow(table: ObjectRef, uid: Uid, after: RowCell | undefined, before: RowCell | undefined): void {
    const stored = after && this.codec.storeRow(after, this.#addStamp(table, uid, after, before));
    this.#store(table, uid, stored, before !== undefined);
    this.#observer.rowChanged(table, uid, after, before);
  }

  addRows(table: ObjectRef, log: LogId, rows: readonly NewRow[]): readonly NewRow[] {
    const num = this.#logs.num(log);
    const known: NewRow[] = [];
    let at = 0;
    for (; at + bulk <= rows.length; at += bulk) this.#addMany(table, num, rows.slice(at, at + bulk), known);
    for (; at < rows.length; at++) {
      const { uid, seq, stamp } = rows[at]!;
      if (this.#insert.run(table.id, uid, num, seq, stampNumber(stamp)).changes === 0) known.push(rows[at]!);
    }
    this.#objects.count(table, rows.length - known.length);
    if (known.length === rows.length) return known;
    this.#observer.rowsAdded(table, log, rows, rows.length - known.length);
    this.#observer.changed(table);
    return known;
  }

  register(object: ObjectRef, key: Uint8Array): RegisterCell | undefined {
    const stored = this.#get.get(object.id, key);
    return stored && this.codec.register(stored);
  }

  putRegister(object: ObjectRef, key: Uint8Array, after: RegisterCell | undefined): void {
    const existed = this.#get.get(object.id, key) !== undefined;
    this.#store(object, key, after && this.codec.storeRegister(after), existed);
    this.#observer.registerChanged(object, key, after);
  }

  element(object: ObjectRef, key: Uint8Array): SetCell | undefined {
    const stored = this.#get.get(object.id, key);
    return stored && this.codec.element(stored);
  }

  putElement(object: ObjectRef, key: Uint8Array, after: SetCell | undefined): void {
    const existed = this.#get.get(object.id, key) !== undefined;
    this.#store(object, key, after && this.codec.storeElement(after), existed);
  }

  /** Canonical bytes of the elements or keys, the first `limit` in their order where that is given. */
  keys(object: ObjectRef, limit = -1): readonly Uint8Array[] {
    return this.#keys.all(object.id, limit);
  }

  named(name?: string): Iterable<ObjectName> {
    return this.#objects.named(name);
  }

  counterLogs(object: ObjectRef): readonly LogId[] {
    return this.countersByLog(object).map(([key]) => decodeLogId(key));
  }

  counter(object: ObjectRef, log: LogId): CounterCell | undefined {
    const stored = this.#get.get(object.id, encodeLogId(log));
    return stored && { seq: stored[1], sum: stored[2] };
  }

  putCounter(object: ObjectRef, log: LogId, after: CounterCell | undefined): void {
    const key = encodeLogId(log);
    const existed = this.#get.get(object.id, key) !== undefined;
    const stored = after && ([this.#logs.num(log), after.seq, after.sum, null] as const);
    this.#store(object, key, stored, existed);
  }

  counters(object: ObjectRef): readonly CounterCell[] {
    return this.countersByLog(object).map(([, cell]) => cell);
  }

  /** The cells of a counter, each with its log as 24 bytes. */
  countersByLog(object: ObjectRef): readonly (readonly [Uint8Array, CounterCell])[] {
    return this.#all.all(object.id).map(([log, seq, sum]) => [log, { seq, sum }]);
  }

  defer(dot: Dot, kill: DeferredKill): void {
    this.#defer.run(encodeLogId(dot.log), dot.seq, kill.object.id, kill.key, kill.group ?? wholeCell);
  }

  hasDeferred(log: LogId): boolean {
    return this.#anyDeferred.get(encodeLogId(log)) !== undefined;
  }

  forgetDeferred(object: ObjectRef, key: Uint8Array): void {
    this.#database.prepare("DELETE FROM crdt_deferred WHERE object = ? AND key = ?").run(object.id, key);
  }

  takeDeferred(dot: Dot): readonly DeferredKill[] {
    const log = encodeLogId(dot.log);
    const rows = this.#deferred.all(log, dot.seq);
    if (rows.length === 0) return [];
    this.#forgetDeferred.run(log, dot.seq);
    return rows.map(({ object, key, part }) => ({
      object: this.#objects.byId(object),
      key,
      group: part === wholeCell ? null : part,
    }));
  }

  /** Stamp of the first add: an entry of it tells, or what is stored, or the operation. */
  #addStamp(table: ObjectRef, uid: Uid, after: RowCell, before: RowCell | undefined): Stamp {
    const [add] = after.adds;
    for (const entries of after.groups) {
      for (const entry of entries) if (sameDot(entry.dot, add)) return entry.stamp;
    }
    if (before !== undefined && sameDot(before.adds[0], add)) {
      return stampOf(this.#get.get(table.id, uid)![2]);
    }
    return this.#observer.stampOf(add);
  }

  #store(object: ObjectRef, key: Uint8Array, cell: StoredCell | undefined, existed: boolean): void {
    if (cell === undefined) this.#delete.run(object.id, key);
    else this.#put.run(object.id, key, cell[0], cell[1], cell[2], cell[3]);
    this.#objects.count(object, (cell === undefined ? 0 : 1) - (existed ? 1 : 0));
    this.#observer.changed(object);
  }

  #addMany(table: ObjectRef, num: number, rows: readonly NewRow[], known: NewRow[]): void {
    const values: (number | Uint8Array)[] = [];
    for (const { uid, seq, stamp } of rows) values.push(table.id, uid, num, seq, stampNumber(stamp));
    if (this.#insertMany.run(values).changes === rows.length) return;
    // Which of them were there already: those whose cell is not of this operation.
    for (const row of rows) {
      const [log, seq, , more] = this.#get.get(table.id, row.uid)!;
      if (log !== num || seq !== row.seq || more !== null) known.push(row);
    }
  }
}

function insertRows(count: number): string {
  const rows = Array.from({ length: count }, () => "(?, ?, ?, ?, ?)");
  return `INSERT OR IGNORE INTO crdt_cells(object, key, log, seq, stamp) VALUES ${rows.join(", ")}`;
}
