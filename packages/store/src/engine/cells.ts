import type { CounterCell, Dot, LogId, RegisterCell, RowCell, SetCell, Stamp, Uid } from "@jarvis-crdt/crdt";
import type { ObjectName } from "../store.ts";
import type { ObjectRef, ObjectType } from "./object.ts";

/** A row that comes with an operation of a run. */
export interface NewRow {
  readonly uid: Uid;
  readonly seq: number;
  readonly stamp: Stamp;
}

/** A dot that was named by an operation before it arrived, and is dead on arrival there. */
export interface DeferredKill {
  readonly object: ObjectRef;
  readonly key: Uint8Array;
  /** The column group whose entry it is, or `null` for the whole cell. */
  readonly group: number | null;
}

/** The live cells by (object, key), and the kills of dots that are still to come. */
export interface Cells {
  /** The object of this type and name; made when it is new. `groups` are added to those it has. */
  object(type: ObjectType, name: string, groups?: readonly string[]): ObjectRef;
  find(type: ObjectType, name: string): ObjectRef | undefined;

  row(table: ObjectRef, uid: Uid): RowCell | undefined;
  putRow(table: ObjectRef, uid: Uid, after: RowCell | undefined, before: RowCell | undefined): void;
  /** Adds the rows that have no cell, for a run of operations of one log; returns those that have one, in order. */
  addRows(table: ObjectRef, log: LogId, rows: readonly NewRow[]): readonly NewRow[];

  /** The register under a key of a keyed object; a register has the empty key. */
  register(object: ObjectRef, key: Uint8Array): RegisterCell | undefined;
  putRegister(object: ObjectRef, key: Uint8Array, after: RegisterCell | undefined): void;

  element(object: ObjectRef, key: Uint8Array): SetCell | undefined;
  putElement(object: ObjectRef, key: Uint8Array, after: SetCell | undefined): void;

  counter(object: ObjectRef, log: LogId): CounterCell | undefined;
  putCounter(object: ObjectRef, log: LogId, after: CounterCell | undefined): void;
  /** The cells of all logs. */
  counters(object: ObjectRef): Iterable<CounterCell>;

  /** Logs that added to a counter. */
  counterLogs(object: ObjectRef): Iterable<LogId>;
  /** Keys of the cells of an object that is no counter. */
  keys(object: ObjectRef): Iterable<Uint8Array>;
  /** Named objects, tables apart, in no order: all, or `name` and what is directly below it, cut there. */
  named(name?: string): Iterable<ObjectName>;

  defer(dot: Dot, kill: DeferredKill): void;
  /** Whether any kill of an operation of this log is deferred. O(1). */
  hasDeferred(log: LogId): boolean;
  /** Forgets all kills that are deferred in a cell. */
  forgetDeferred(object: ObjectRef, key: Uint8Array): void;
  /** The kills of this dot, which are forgotten. */
  takeDeferred(dot: Dot): readonly DeferredKill[];
}
