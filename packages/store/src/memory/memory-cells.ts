import type { CounterCell, Dot, LogId, RegisterCell, RowCell, SetCell, Uid } from "@jarvis-crdt/crdt";
import { addRow } from "@jarvis-crdt/crdt";
import { bytesOf, equalBytes, keyOf } from "../engine/bytes.ts";
import type { Cells, DeferredKill, NewRow } from "../engine/cells.ts";
import { type ObjectRef, type ObjectType, partMark } from "../engine/object.ts";
import type { ObjectName } from "../store.ts";
import type { Undo, UndoMap } from "./undo.ts";

type Cell = RowCell | RegisterCell | SetCell | CounterCell;

interface MemoryObject extends ObjectRef {
  readonly groups: string[];
  readonly cells: UndoMap<string, Cell>;
}

/** The cells in maps: an object's by key, a counter's by log. */
export class MemoryCells implements Cells {
  readonly #undo: Undo;
  readonly #objects: UndoMap<string, MemoryObject>;
  readonly #byId: MemoryObject[] = [];
  readonly #deferred: UndoMap<LogId, UndoMap<number, readonly DeferredKill[]>>;

  constructor(undo: Undo) {
    this.#undo = undo;
    this.#objects = undo.map();
    this.#deferred = undo.map();
  }

  object(type: ObjectType, name: string, groups: readonly string[] = []): ObjectRef {
    const known = this.#objects.get(`${type} ${name}`) ?? this.#make(type, name);
    for (const group of groups) if (!known.groups.includes(group)) known.groups.push(group);
    return known;
  }

  find(type: ObjectType, name: string): ObjectRef | undefined {
    return this.#objects.get(`${type} ${name}`);
  }

  objects(): Iterable<ObjectRef> {
    return this.#objects.values();
  }

  *named(above?: string): Iterable<ObjectName> {
    const given = new Set<string>();
    for (const { type, name: whole } of this.#objects.values()) {
      const name = above === undefined ? whole : directlyBelow(above, whole);
      if (type === "table" || name === undefined || given.has(`${type} ${name}`)) continue;
      given.add(`${type} ${name}`);
      yield { type, name };
    }
  }

  *keys(object: ObjectRef): Iterable<Uint8Array> {
    for (const key of this.#cells(object).keys()) yield bytesOf(key);
  }

  size(object: ObjectRef): number {
    return this.#cells(object).size;
  }

  row(table: ObjectRef, uid: Uid): RowCell | undefined {
    return this.#cells(table).get(keyOf(uid)) as RowCell | undefined;
  }

  putRow(table: ObjectRef, uid: Uid, after: RowCell | undefined): void {
    this.#put(table, keyOf(uid), after);
  }

  addRows(table: ObjectRef, log: LogId, rows: readonly NewRow[]): readonly NewRow[] {
    const known: NewRow[] = [];
    for (const row of rows) {
      if (this.row(table, row.uid) !== undefined) known.push(row);
      else {
        const entry = { dot: { log, seq: row.seq }, stamp: row.stamp };
        this.putRow(table, row.uid, addRow(undefined, entry, table.groups.length, () => false).cell);
      }
    }
    return known;
  }

  register(object: ObjectRef, key: Uint8Array): RegisterCell | undefined {
    return this.#cells(object).get(keyOf(key)) as RegisterCell | undefined;
  }

  putRegister(object: ObjectRef, key: Uint8Array, after: RegisterCell | undefined): void {
    this.#put(object, keyOf(key), after);
  }

  element(object: ObjectRef, key: Uint8Array): SetCell | undefined {
    return this.#cells(object).get(keyOf(key)) as SetCell | undefined;
  }

  putElement(object: ObjectRef, key: Uint8Array, after: SetCell | undefined): void {
    this.#put(object, keyOf(key), after);
  }

  counter(object: ObjectRef, log: LogId): CounterCell | undefined {
    return this.#cells(object).get(log) as CounterCell | undefined;
  }

  putCounter(object: ObjectRef, log: LogId, after: CounterCell | undefined): void {
    this.#put(object, log, after);
  }

  counters(object: ObjectRef): Iterable<CounterCell> {
    return this.#cells(object).values() as Iterable<CounterCell>;
  }

  counterLogs(object: ObjectRef): Iterable<LogId> {
    return this.#cells(object).keys();
  }

  defer(dot: Dot, kill: DeferredKill): void {
    let kills = this.#deferred.get(dot.log);
    if (kills === undefined) {
      kills = this.#undo.map();
      this.#deferred.set(dot.log, kills);
    }
    kills.set(dot.seq, [...(kills.get(dot.seq) ?? []), kill]);
  }

  hasDeferred(log: LogId): boolean {
    return (this.#deferred.get(log)?.size ?? 0) > 0;
  }

  forgetDeferred(object: ObjectRef, key: Uint8Array): void {
    for (const kills of this.#deferred.values()) {
      for (const seq of [...kills.keys()]) {
        const all = kills.get(seq)!;
        const kept = all.filter((kill) => kill.object !== object || !equalBytes(kill.key, key));
        if (kept.length === 0) kills.delete(seq);
        else if (kept.length < all.length) kills.set(seq, kept);
      }
    }
  }

  takeDeferred(dot: Dot): readonly DeferredKill[] {
    const kills = this.#deferred.get(dot.log);
    const taken = kills?.get(dot.seq) ?? [];
    if (taken.length > 0) kills!.delete(dot.seq);
    return taken;
  }

  #make(type: ObjectType, name: string): MemoryObject {
    const made: MemoryObject = { type, name, id: this.#byId.length, groups: [], cells: this.#undo.map() };
    this.#byId.push(made);
    this.#objects.set(`${type} ${name}`, made);
    return made;
  }

  #cells(object: ObjectRef): UndoMap<string, Cell> {
    return this.#byId[object.id]!.cells;
  }

  #put(object: ObjectRef, key: string, cell: Cell | undefined): void {
    if (cell === undefined) this.#cells(object).delete(key);
    else this.#cells(object).set(key, cell);
  }
}

function directlyBelow(above: string, name: string): string | undefined {
  if (name === above) return name;
  if (!name.startsWith(above + partMark)) return undefined;
  const end = name.indexOf(partMark, above.length + 1);
  return end < 0 ? name : name.slice(0, end);
}
